import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { bookAtDesk, findBookedAtDesk } from '../booking/book-at-desk.ts'
import { findDeskTimes } from '../booking/find-desk-times.ts'
import type { NearestSlot } from '../booking/find-nearest.ts'
import { listServices } from '../catalog/list-services.ts'
import { listStaff } from '../catalog/list-staff.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, ProblemError } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import { dayInZone, isDay } from '../platform/time.ts'
import { findUserById, searchUsers } from '../users/find-users.ts'
import type { User } from '../users/user.ts'
import { chosenStaff, chosenTime } from './move-visit.routes.tsx'
import { WhatPage, WhenPage, WhomPage } from './new-booking.page.tsx'
import { goTo, inWords, readForm, show, UNTOUCHED } from './panel.view.tsx'
import { timesTexts } from './texts/times.ts'

export const newBookingPages = newRoutes()
type Http = HonoContext<HttpEnv>

const KEY = /^[\w-]{8,64}$/
const CLIENTS_SHOWN = 10
const MASTERS = 100
/** Read at once; more services no salon has. */
const SERVICES = 500
const SERVICES_SHOWN = 80
const MOST_ADDITIONAL = 10
const LONGEST_QUERY = 100

newBookingPages.get('/admin/bookings/new', async (c) => {
  const { ctx, language } = c.var
  const query = c.req.query()
  const { key = '' } = query
  // The key belongs to the page's address, so that coming back to it is coming back to the same request.
  if (!KEY.test(key)) return goTo(c, `/admin/bookings/new?${new URLSearchParams({ ...query, key: ctx.newId() })}`)
  const user = await clientOfAddress(c, query.user)
  const kept = { key, ...(query.day !== undefined && { day: query.day }) }
  if (!user) {
    const typed = (query.q ?? '').trim().slice(0, LONGEST_QUERY)
    const clients = await searchUsers(ctx, typed, { afterId: 0, limit: CLIENTS_SHOWN })
    const body = <WhomPage language={language} kept={kept} query={typed} clients={clients} />
    return show(c, { title: timesTexts[language].whom, body })
  }
  const earlier = await findBookedAtDesk(ctx, { userId: user.id, idempotencyKey: key })
  if (earlier !== undefined) return goTo(c, `/admin/bookings/${earlier}?done=again`)
  const chosen = chosenServices(query.service, (c.req.queries('add') ?? []).join(','))
  const isChoosing = chosen.length === 0 || query.look === 'true'
  if (isChoosing) return await showServices(c, user, { ...kept, user: String(user.id) }, chosen)
  return await showTimes(c, { key, user, chosen, day: query.day, staff: query.staff })
})

async function clientOfAddress(c: Http, typed: string | undefined): Promise<User | undefined> {
  if (typed === undefined) return undefined
  const id = Number(typed)
  const user = Number.isSafeInteger(id) ? await findUserById(c.var.ctx, id) : undefined
  if (!user) throw new ProblemError('user_not_found')
  return user
}

/** The main service first, each once. */
function chosenServices(main: string | undefined, add: string): number[] {
  if (main === undefined || !/^\d{1,15}$/.test(main)) return []
  const others = add.split(',').filter((id) => /^\d{1,15}$/.test(id))
  return [...new Set([main, ...others].map(Number))].slice(0, MOST_ADDITIONAL + 1)
}

const offeredServices = async (c: Http) =>
  (await listServices(c.var.ctx, { activeOnly: true, categoryId: undefined, afterId: 0, limit: SERVICES })).services

async function showServices(c: Http, user: User, kept: Readonly<Record<string, string>>, chosen: readonly number[]) {
  const { language } = c.var
  const typed = (c.req.query('find') ?? '').trim().slice(0, LONGEST_QUERY)
  const all = await offeredServices(c)
  const wanted = all.filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
  // What is chosen stays in sight, whatever is looked for.
  const kind = ({ id }: { id: number }) => (chosen.includes(id) ? 0 : 1)
  const listed = [...new Set([...all.filter(({ id }) => chosen.includes(id)), ...wanted])]
  const services = listed.sort((a, b) => kind(a) - kind(b)).slice(0, SERVICES_SHOWN)
  const hasAsked = c.req.query('find') !== undefined && c.req.query('look') === undefined
  const body = (
    <WhatPage
      language={language}
      kept={kept}
      user={user}
      query={typed}
      services={services}
      isCut={listed.length > SERVICES_SHOWN}
      chosen={chosen}
      missing={hasAsked && chosen.length === 0}
    />
  )
  return show(c, { title: timesTexts[language].what, body, status: hasAsked ? 422 : 200 })
}

interface Wish {
  readonly key: string
  readonly user: User
  readonly chosen: readonly number[]
  readonly day: string | undefined
  readonly staff: string | undefined
}

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly nearest?: readonly NearestSlot[]
  readonly wrong?: ReadonlySet<string>
  readonly notes?: string | undefined
  readonly phone?: string | undefined
}

async function showTimes(c: Http, wish: Wish, again: Again = {}): Promise<Response> {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const { key, user, chosen } = wish
  const day = wish.day !== undefined && isDay(wish.day) ? wish.day : dayInZone(ctx.now(), zone)
  const staff = wish.staff !== undefined && /^\d{0,15}$/.test(wish.staff) ? wish.staff : ''
  const [serviceId = 0, ...additionalServiceIds] = chosen
  const query = { serviceId, additionalServiceIds, staffId: staff === '' ? undefined : Number(staff) }
  const [services, masters, times] = await Promise.all([
    offeredServices(c),
    listStaff(ctx, { activeOnly: true, serviceId, afterId: 0, limit: MASTERS }),
    findDeskTimes(ctx, query, day),
  ])
  const body = (
    <WhenPage
      language={language}
      zone={zone}
      requestKey={key}
      user={user}
      services={services}
      chosen={chosen}
      day={day}
      staff={staff}
      masters={masters.staff}
      times={times.ok ? times.value : undefined}
      refusal={again.refusal ?? (times.ok ? undefined : inWords(times.refusal, language))}
      nearest={again.nearest ?? []}
      wrong={again.wrong ?? UNTOUCHED.wrong}
      typed={{ notes: again.notes ?? '', phone: again.phone ?? '' }}
    />
  )
  return show(c, { title: timesTexts[language].newTitle, body, status: again.status ?? 200 })
}

const fields = z.object({
  key: z.string().regex(KEY),
  user: z.string(),
  service: z.string(),
  add: z.string().default(''),
  staff: chosenStaff.optional(),
  at: chosenTime,
  notes: z.string().max(1000).default(''),
  phone: z.string().trim().max(32).default(''),
})

newBookingPages.post('/admin/bookings/new', async (c) => {
  const { ctx, language } = c.var
  const form = await readForm(c, fields)
  const { key = '', service, add = '', day, staff, notes, phone } = form.typed
  const user = await clientOfAddress(c, form.typed.user)
  const chosen = chosenServices(service, add)
  if (!user || !KEY.test(key) || chosen.length === 0) return goTo(c, '/admin/bookings/new')
  const again = (more: Again) => showTimes(c, { key, user, chosen, day, staff }, { notes, phone, ...more })
  if (!form.ok) return await again({ status: 422, wrong: form.wrong })
  const { value } = form
  const [serviceId = 0, ...additionalServiceIds] = chosen
  const request = {
    userId: user.id,
    serviceId,
    additionalServiceIds,
    staffId: value.at.staffId ?? value.staff,
    startsAt: value.at.startsAt,
    phone: value.phone === '' ? undefined : value.phone,
    notes: cleanText(value.notes, 1000) ?? '',
    idempotencyKey: key,
  }
  const booked = await bookAtDesk(ctx, request, doneBy(c))
  if (booked.ok) {
    const { booking, replayed } = booked.value
    return goTo(c, `/admin/bookings/${booking.id}?done=${replayed ? 'again' : 'booked'}`)
  }
  // Of all that is typed here the verb itself reads the phone only.
  if (booked.refusal === 'validation_failed') return await again({ status: 422, wrong: new Set(['phone']) })
  const { status, text } = describeProblem(booked.refusal, language)
  return await again({ status, refusal: text, nearest: 'nearest' in booked ? booked.nearest : [] })
})
