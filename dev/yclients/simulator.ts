import { Hono } from 'hono'
import { type Commands, createCommands } from './commands.ts'
import type { Context } from './context.ts'
import { controlRoutes } from './control.ts'
import { fillDemoSalon } from './demo-salon.ts'
import { ApiError, refuse } from './envelope.ts'
import { createFailures } from './failures.ts'
import { defaultKnobs, type Knobs } from './knobs.ts'
import { createLimiter, tooMany } from './limits.ts'
import { createNoise } from './noise.ts'
import { accountRoutes } from './routes/account.ts'
import { bookingRoutes } from './routes/booking.ts'
import { bookingChoiceRoutes } from './routes/booking-choice.ts'
import { catalogRoutes } from './routes/catalog.ts'
import { clientRoutes } from './routes/clients.ts'
import { recordRoutes } from './routes/records.ts'
import { scheduleRoutes } from './routes/schedule.ts'
import { visitRoutes } from './routes/visits.ts'
import { emptySalon, type Salon } from './state.ts'
import { type BranchClock, createClock } from './time.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

export interface SimulatorOptions {
  /** Default 235564. */
  companyId?: number
  /** Default `partner-demo`. */
  partnerToken?: string
  /** Default `user-demo`. */
  userToken?: string
  /** All noise and the demo salon follow from it. Default 1. */
  seed?: number
  /** Zone of the branch. Default `Europe/Moscow`. */
  timezone?: string
  /** Epoch milliseconds. Default `Date.now`. */
  now?: () => number
  /** Fill the salon with people, services and records. Default true. */
  demoSalon?: boolean
  /** Where webhooks go until `hooks_settings` says otherwise. Default nowhere. */
  hookUrls?: string[]
  /** How a webhook is POSTed. Default `fetch`, given up after 15 s. */
  send?: (url: string, body: string) => Promise<void>
  /** Default `setTimeout`. */
  schedule?: (ms: number, run: () => void) => void
  /** Default true. */
  rateLimit?: boolean
  /** Knobs that differ from their defaults from the start. */
  knobs?: Partial<Knobs>
}

export interface Simulator extends Commands {
  /** Answers like the YClients API under `/api/v1`, and as a remote control under `/__control`. Limits go by address. */
  fetch(request: Request, clientAddress?: string): Promise<Response>
  /** The salon as it is now, for looking. Change it with the commands, so that webhooks go out. */
  readonly state: Salon
  readonly knobs: Knobs
  readonly webhooks: Webhooks
  readonly clock: BranchClock
  /** Starts over: the first salon, the first knobs, nothing on its way. */
  reset(options?: { seed?: number; demoSalon?: boolean }): void
}

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const {
    companyId = 235564,
    partnerToken = 'partner-demo',
    userToken = 'user-demo',
    timezone = 'Europe/Moscow',
    now = Date.now,
    hookUrls = [],
    send = post,
    schedule = (ms, run) => {
      setTimeout(run, ms)
    },
  } = options
  const firstKnobs = { rateLimit: options.rateLimit ?? true, ...options.knobs }
  const knobs: Knobs = { ...defaultKnobs(), ...firstKnobs }
  const clock = createClock(timezone, now)
  const webhooks = createWebhooks({ salon: () => ctx.salon, noise: () => ctx.noise, knobs, now, send, schedule })
  const ctx: Context = {
    salon: emptySalon(companyId, hookUrls),
    noise: createNoise(options.seed ?? 1),
    knobs,
    clock,
    webhooks,
    tokens: { partner: partnerToken, user: userToken },
  }
  const limiter = createLimiter(knobs, now)
  const failures = createFailures(ctx, (ms) => new Promise((resolve) => schedule(ms, resolve)))

  function reset({ seed = options.seed ?? 1, demoSalon = options.demoSalon ?? true } = {}) {
    Object.assign(knobs, defaultKnobs(), firstKnobs)
    ctx.salon = emptySalon(companyId, hookUrls)
    ctx.noise = createNoise(seed)
    webhooks.clear()
    limiter.clear()
    failures.clear()
    if (demoSalon) fillDemoSalon(ctx)
  }
  reset()

  const api = new Hono({ strict: false }).basePath('/api/v1')
  for (const routes of [
    accountRoutes,
    bookingRoutes,
    bookingChoiceRoutes,
    catalogRoutes,
    clientRoutes,
    recordRoutes,
    scheduleRoutes,
    visitRoutes,
  ]) {
    api.route('/', routes(ctx))
  }
  api.notFound((c) => refuse(ctx, c.req.raw, new ApiError(404, 'Не найдено', { early: true })))
  api.onError((error, c) => {
    if (error instanceof ApiError) return refuse(ctx, c.req.raw, error)
    throw error
  })
  const commands = createCommands(ctx)
  const control = controlRoutes(ctx, commands, reset)

  return {
    ...commands,
    knobs,
    webhooks,
    clock,
    reset,
    get state() {
      return ctx.salon
    },
    async fetch(request, clientAddress = 'in-process') {
      if (new URL(request.url).pathname.startsWith('/__control/')) return control.fetch(request)
      const wait = limiter.admit(clientAddress)
      if (wait !== undefined) return refuse(ctx, request, new ApiError(429, tooMany(wait)))
      return failures.around(request, async () => api.fetch(request))
    },
  }
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(15_000),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`the hook answered ${response.status}`)
}
