import { Hono } from 'hono'
import { createNoise } from '../yclients/noise.ts'
import { apiRoutes } from './api.ts'
import { CARDS } from './cards.ts'
import type { Context } from './context.ts'
import { controlRoutes } from './control.ts'
import { createFailures } from './failures.ts'
import { createKeys } from './keys.ts'
import { defaultKnobs, type Knobs } from './knobs.ts'
import { createNotifications, type Notifications } from './notifications.ts'
import { payPage } from './pay-page.ts'
import { pay, tick } from './payments.ts'
import { emptyTill, type Payment, type Till } from './state.ts'

export interface ShopOptions {
  /** Default `100500` and `test_yookassa-demo`. */
  shopId?: string
  secretKey?: string
  /** All noise and ids follow from it. Default 1. */
  seed?: number
  /** Epoch milliseconds. Default `Date.now`. */
  now?: () => number
  /** Where this is served; pay pages stand under it. */
  publicUrl?: () => string
  /** Where notifications go. */
  notifyUrl?: string
  /** How one is POSTed; rejects if it was not answered with 200. Default `fetch`, given up after 30 s. */
  send?: (url: string, body: string, address: string) => Promise<void>
  /** Default `setTimeout`. */
  schedule?: (ms: number, run: () => void) => void
  /** Knobs that differ from their defaults from the start. */
  knobs?: Partial<Knobs>
}

export interface Shop {
  /** Answers like YooKassa under `/v3`, shows pay pages under `/pay`, and is a remote control under `/__control`. */
  fetch(request: Request): Promise<Response>
  /** As it is now, for looking. */
  readonly till: Till
  readonly knobs: Knobs
  readonly notifications: Notifications
  now(): number
  /** The client pays, with a good card if none is named. */
  pay(paymentId: string, card?: string): Payment
  /** Lets happen what time has brought. */
  tick(): void
  /** Moves the shop's own clock on. */
  advance(ms: number): void
  /** Starts over, with the first knobs and nothing on its way. */
  reset(seed?: number): void
}

/** Stands in for YooKassa with one test shop. */
export function createShop(options: ShopOptions = {}): Shop {
  const {
    shopId = '100500',
    secretKey = 'test_yookassa-demo',
    publicUrl = () => 'http://yookassa.test',
    notifyUrl,
    send = post,
    schedule = (ms, run) => {
      setTimeout(run, ms)
    },
  } = options
  let ahead = 0
  const now = () => (options.now ?? Date.now)() + ahead
  const knobs: Knobs = { ...defaultKnobs(), ...options.knobs }
  const notifications = createNotifications({
    noise: () => ctx.noise,
    knobs,
    now,
    send: async (body, address) => {
      if (notifyUrl !== undefined) await send(notifyUrl, body, address)
    },
    schedule,
  })
  const ctx: Context = {
    till: emptyTill(),
    noise: createNoise(options.seed ?? 1),
    knobs,
    names: { shopId, payUrl: (paymentId) => `${publicUrl()}/pay/${paymentId}` },
    keys: { shopId, secretKey },
    notifications,
    now,
    newId(kind) {
      const number = ++ctx.till.ids
      return `${ctx.noise.hex(8, kind, number)}-000f-5000-8000-${ctx.noise.hex(12, 'tail', kind, number)}`
    },
  }
  const failures = createFailures(ctx)
  const keys = createKeys(now)

  const shop: Shop = {
    fetch: async (request) => await app.fetch(request),
    get till() {
      return ctx.till
    },
    knobs,
    notifications,
    now,
    pay: (paymentId, card = CARDS.good) => pay(ctx, paymentId, card),
    tick: () => tick(ctx),
    advance(ms) {
      ahead += ms
      tick(ctx)
    },
    reset(seed = options.seed ?? 1) {
      Object.assign(knobs, defaultKnobs(), options.knobs)
      ctx.till = emptyTill()
      ctx.noise = createNoise(seed)
      ahead = 0
      notifications.clear()
      failures.clear()
      keys.clear()
    },
  }
  const app = new Hono()
  app.route('/', apiRoutes(ctx, keys, failures))
  app.route('/', payPage(ctx))
  app.route('/', controlRoutes(shop))
  app.onError((error) => {
    throw error
  })
  return shop
}

async function post(url: string, body: string, address: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    // The local runtime takes this header for the sender's address; Cloudflare itself writes it anew.
    headers: { 'content-type': 'application/json', 'cf-connecting-ip': address },
    body,
    signal: AbortSignal.timeout(30_000),
  })
  await response.body?.cancel()
  if (response.status !== 200) throw new Error(`the notification was answered ${response.status}`)
}
