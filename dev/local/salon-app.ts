import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { anything, type Call, callJson } from './http.ts'
import type { Language } from './language.ts'
import type { Inbox } from './messages.ts'
import { adminPayment, payment } from './payment-answers.ts'
import { type Person, signInClient } from './sign-in.ts'

const id = z.int()

const booking = z.object({
  id,
  service_name: z.string(),
  /** Kopecks. */
  service_price: z.number(),
  appointment_datetime: z.string(),
  status: z.enum(['pending', 'confirmed', 'completed', 'cancelled', 'no_show']),
  yclients_record_id: id.nullable(),
  loyalty_bonuses_amount: id,
  source: z.enum(['yclients', 'internal']),
  provisional: z.boolean(),
})
const adminBooking = booking.extend({
  user_id: id.nullable(),
  client_match: z.string(),
  client_name: z.string().nullable(),
})
export type Booking = z.infer<typeof booking>
export type AdminBooking = z.infer<typeof adminBooking>

const visit = booking.extend({
  spent_bonuses: id,
  /** Of a paid one; sums are kopecks. */
  payment: z
    .object({ refund_policy: z.string(), refund_now: z.object({ amount: id, bonuses: id }).nullable() })
    .optional(),
})

const user = z.object({
  id,
  name: z.string(),
  surname: z.string(),
  phone: z.string().nullable(),
  unique_code: z.string().nullable(),
  bonus_balance: id,
})
const ourService = z.object({ id, name: z.string(), booking_method: z.enum(['yclients', 'internal']) })
export type OurService = z.infer<typeof ourService>

const catalogReport = z.object({ services: z.object({ created: id }), staff: z.object({ created: id }) })
const widget = z.object({ widget_url: z.url(), service_name: z.string(), client_code: z.string(), comment: z.string() })
const loyalty = z.object({ balance: id, level: z.object({ name: z.string(), percent: z.number() }).nullable() })
const entry = z.object({ id, points: id, booking_id: id.nullable(), balance_after: id, explanation: z.string() })

const syncRun = z.object({
  id,
  trigger: z.string(),
  status: z.enum(['running', 'failing', 'finished', 'failed']),
  fetched: id,
  created: id,
  updated: id,
  unchanged: id,
  unmatched: id,
  failed: id,
  missed_by_webhooks: id,
  error: z.string().nullable(),
  duration_ms: z.number().nullable(),
})
export type SyncRun = z.infer<typeof syncRun>

export const VERDICTS = [
  'created',
  'updated',
  'unchanged',
  'stale',
  'ignored',
  'deferred',
  'retrying',
  'parked',
] as const
const webhookEvent = z.object({
  resource: z.string().nullable(),
  resource_id: id.nullable(),
  verdict: z.enum(VERDICTS),
})

const slot = z.object({ starts_at: z.string(), available: z.boolean() })
export type Slot = z.infer<typeof slot>
/** A booking, or why there is none and what could be had instead. */
const bookingOrProblem = booking
  .omit({ status: true })
  .partial()
  .extend({
    code: z.string().optional(),
    nearest: z.array(z.object({ starts_at: z.string() })).default([]),
  })
export interface Wish {
  readonly service_id: number
  readonly appointment_datetime: string
}
export interface NewService {
  readonly name: string
  /** Kopecks. */
  readonly price: number
  /** Minutes. */
  readonly duration: number
  readonly booking_method: 'internal'
  readonly min_notice_minutes: number
  readonly full_refund_hours: number
  readonly partial_refund_hours: number
  readonly partial_refund_percent: number
}
const made = z.object({ id })
const DAY_MS = 86_400_000

const bonusChange = z.object({ entry_id: id, points: id, balance: id })
const problem = z.object({ code: z.string(), detail: z.string() })

export interface Spending {
  readonly code: string
  readonly amount: number
  readonly reason: string
  /** The same for a repetition of the same request. */
  readonly key: string
}

const MAX_PAGES = 100

/** Our own HTTP API, as the app and the administrator's panel use it. Nothing here reaches behind it. */
export function createSalonApp(place: {
  api: string
  webhook: string
  inbox: Inbox
  adminToken: string
  language: Language
}) {
  const { api, webhook, inbox, adminToken, language } = place

  function callerOf(token: string) {
    const call = async <T>(path: string, options: Call<T>) => {
      const headers = { authorization: `Bearer ${token}`, 'accept-language': language, ...options.headers }
      return await callJson(`${api}${path}`, { ...options, headers })
    }
    const get = async <T>(path: string, schema: z.ZodType<T>) => (await call(`/api/v1${path}`, { schema })).body
    /** The items of a list, page after page as its Link header leads. */
    async function* list<T>(path: string, item: z.ZodType<T>): AsyncGenerator<T> {
      let next: string | undefined = `/api/v1${path}${path.includes('?') ? '&' : '?'}limit=50`
      for (let page = 0; next !== undefined && page < MAX_PAGES; page++) {
        const { headers, body }: { headers: Headers; body: T[] } = await call(next, { schema: z.array(item) })
        yield* body
        next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
      }
    }
    async function all<T>(path: string, item: z.ZodType<T>): Promise<T[]> {
      const items: T[] = []
      for await (const one of list(path, item)) items.push(one)
      return items
    }
    return { call, get, list, all }
  }

  /** Registers or signs in whoever holds the phone. */
  const signIn = async (person: Person) => {
    const { user_id: userId, access_token } = await signInClient(api, inbox, person)
    const { call, get, all } = callerOf(access_token)
    return {
      userId,
      widget: (serviceId: number) => get(`/yclients/widget-url/${serviceId}`, widget),
      upcoming: () => all('/booking?upcoming_only=true', booking),
      bookings: () => all('/bookings', booking),
      loyalty: () => get('/loyalty', loyalty),
      entries: () => all('/loyalty/entries', entry),
      booking: (bookingId: number) => get(`/bookings/${bookingId}`, visit),
      async hasBooking(bookingId: number): Promise<boolean> {
        const options = { expect: [200, 404], schema: anything } as const
        return (await call(`/api/v1/bookings/${bookingId}`, options)).status === 200
      },
      async freeDays(serviceId: number, from: string, to: string): Promise<string[]> {
        const days = z.object({ days: z.array(z.object({ date: z.string(), available: z.boolean() })) })
        const range = await get(`/booking/time-slots/${serviceId}?date_from=${from}&date_to=${to}`, days)
        return range.days.filter(({ available }) => available).map(({ date }) => date)
      },
      slots: async (serviceId: number, date: string) =>
        (await get(`/booking/time-slots/${serviceId}?date=${date}`, z.object({ slots: z.array(slot) }))).slots,
      async tryToBook(wish: Wish) {
        const options = { method: 'POST', body: wish, expect: [201, 409], schema: bookingOrProblem } as const
        const { status, body } = await call('/api/v1/bookings', options)
        return { ...body, status }
      },
      async hold(wish: Wish) {
        const options = { method: 'POST', body: { ...wish, hold: true }, expect: 201, schema: booking } as const
        return (await call('/api/v1/bookings', options)).body
      },
      async cancel(bookingId: number) {
        const options = { method: 'PATCH', body: { status: 'cancelled' }, schema: booking } as const
        return (await call(`/api/v1/bookings/${bookingId}`, options)).body
      },
      /** Begins to pay for a hold; the client pays on the page that the answer names. */
      async startToPay(bookingId: number, points: number) {
        const body = { booking_id: bookingId, use_bonuses: points, return_url: 'https://example.com/paid' }
        const headers = { 'idempotency-key': `booking-${bookingId}` }
        return (await call('/api/v1/payments', { method: 'POST', body, headers, expect: 201, schema: payment })).body
      },
      payment: (paymentId: number) => get(`/payments/${paymentId}`, payment),
      /** Messages are pushed to this phone from now on, in the language of the story. */
      async registerPhone(token: string): Promise<void> {
        await call('/api/v1/me/notifications', { method: 'PATCH', body: { language }, schema: anything })
        const body = { token, platform: 'android' }
        await call('/api/v1/me/devices', { method: 'POST', body, schema: anything })
      },
    }
  }

  const admin = callerOf(adminToken)
  const asAdmin = {
    findUsers: (query: string) => admin.all(`/admin/users?query=${encodeURIComponent(query)}`, user),
    bookingsOf: (userId: number) => admin.all(`/admin/bookings?user_id=${userId}`, adminBooking),
    /** The visit of this YClients record among those without an owner. */
    async unmatched(recordId: number) {
      for await (const one of admin.list('/admin/bookings?unmatched=true', adminBooking)) {
        if (one.yclients_record_id === recordId) return one
      }
      return undefined
    },
    async sync() {
      // Answers 200 or, if it takes longer than 25 s, 202; only the first is what a person at the desk waits for.
      const headers = { prefer: 'wait=25' }
      return (await admin.call('/api/v1/yclients/sync-bookings', { method: 'POST', headers, schema: syncRun })).body
    },
    createService: async (service: NewService) =>
      (await admin.call('/api/v1/admin/services', { method: 'POST', body: service, expect: 201, schema: made })).body,
    createStaff: async (master: { name: string }) =>
      (await admin.call('/api/v1/admin/staff', { method: 'POST', body: master, expect: 201, schema: made })).body,
    allow: (staffId: number, serviceId: number) =>
      admin.call(`/api/v1/admin/staff/${staffId}/services/${serviceId}`, {
        method: 'PUT',
        body: {},
        expect: [200, 201],
        schema: anything,
      }),
    addHours: (staffId: number, hours: { day_of_week: number; start_time: string; end_time: string }) =>
      admin.call(`/api/v1/admin/staff/${staffId}/schedule`, {
        method: 'POST',
        body: hours,
        expect: 201,
        schema: anything,
      }),
    complete: (bookingId: number) =>
      admin.call(`/api/v1/admin/bookings/${bookingId}/complete`, { method: 'POST', schema: anything }),
    async completeRefused(bookingId: number) {
      const call = { method: 'POST', expect: 409, schema: problem } as const
      return (await admin.call(`/api/v1/admin/bookings/${bookingId}/complete`, call)).body
    },
    payment: (paymentId: number) => admin.get(`/admin/payments/${paymentId}`, adminPayment),
    /** Takes services, masters and working hours over from YClients. */
    async syncCatalog() {
      return (await admin.call('/api/v1/admin/catalog/sync', { method: 'POST', schema: catalogReport })).body
    },
    syncRuns: () => admin.all('/admin/sync-runs', syncRun),
    webhookEvents: () => admin.all('/admin/webhook-events', webhookEvent),
    async spend({ key, ...body }: Spending) {
      const call = { method: 'POST', body, headers: { 'idempotency-key': key }, schema: bonusChange } as const
      const answer = await admin.call('/api/v1/admin/bonuses/spend', call)
      return { ...answer.body, replayed: answer.headers.get('idempotency-replayed') === 'true' }
    },
    async spendRefused({ key, ...body }: Spending) {
      const call = { method: 'POST', body, headers: { 'idempotency-key': key }, expect: 409, schema: problem } as const
      return (await admin.call('/api/v1/admin/bonuses/spend', call)).body
    },
  }

  return {
    signIn,
    asAdmin,
    services: () => admin.all('/services', ourService),
    /** Delivers a webhook body to us as YClients would. */
    async deliver(body: unknown): Promise<void> {
      await callJson(webhook, { method: 'POST', body, expect: 202, schema: z.object({ event_id: z.string() }) })
    },
    /** A day of Moscow, "2026-09-16". */
    dayFromNow: (days: number) =>
      new Date(Date.now() + days * DAY_MS).toLocaleDateString('sv-SE', { timeZone: 'Europe/Moscow' }),
    parkedWork: async () => (await admin.get('/admin/parked', z.array(z.object({ id })))).length,
    /** The newest sync run, once it is over, in trouble, or the time is up. Undefined if there is none. */
    async watchNewestSync(waitMs: number): Promise<SyncRun | undefined> {
      for (const deadline = Date.now() + waitMs; ; await sleep(250)) {
        const [run] = await admin.get('/admin/sync-runs?limit=1', z.array(syncRun))
        if (run?.status !== 'running' || Date.now() > deadline) return run
      }
    },
  }
}

export type SalonApp = ReturnType<typeof createSalonApp>
export type Client = Awaited<ReturnType<SalonApp['signIn']>>
