import { Hono } from 'hono'
import type { CaughtMessage, Context } from './context.ts'
import { fcmRoutes } from './fcm.ts'
import { defaultKnobs, type Knobs, turnKnobs } from './knobs.ts'
import { page } from './page.ts'
import { smsruRoutes } from './smsru.ts'
import { unisenderRoutes } from './unisender.ts'

export type { CaughtMessage } from './context.ts'

export interface CatcherOptions {
  /** Epoch milliseconds. Default `Date.now`. */
  now?: () => number
  /** Default `smsru-demo`. */
  smsruApiId?: string
  /** Default `unisender-demo`. */
  unisenderApiKey?: string
  /** Default `spa-demo`. */
  fcmProject?: string
  /** Of the service account: with it, signatures are checked. */
  fcmPublicKey?: CryptoKey
}

export interface Catcher {
  /** Answers like SMS.ru, UniSender Go and FCM, shows what it caught, and is a remote control under `/__control`. */
  fetch(request: Request): Promise<Response>
  /** What was caught, oldest first. */
  readonly messages: readonly CaughtMessage[]
  /** Those to a phone or mail address, oldest first. */
  messagesTo(to: string): CaughtMessage[]
  readonly knobs: Knobs
  clear(): void
}

const KEPT = 200

/** Stands in for the providers of SMS, mail and push: nothing is delivered, everything is shown. */
export function createCatcher(options: CatcherOptions = {}): Catcher {
  const { now = Date.now, smsruApiId = 'smsru-demo', unisenderApiKey = 'unisender-demo' } = options
  const { fcmProject = 'spa-demo', fcmPublicKey } = options
  const knobs = defaultKnobs()
  const messages: CaughtMessage[] = []
  let lastId = 0
  const ctx: Context = {
    knobs,
    keys: { smsru: smsruApiId, unisender: unisenderApiKey, fcmProject, fcmPublicKey },
    now,
    keep(message) {
      const id = String(++lastId)
      messages.push({ id, at: now(), ...message })
      if (messages.length > KEPT) messages.shift()
      return id
    },
  }
  const messagesTo = (to: string) => messages.filter((message) => sameAddress(message.to) === sameAddress(to))

  const app = new Hono({ strict: false })
  app.use('/sms/*', (c, next) => slowly(knobs.sms === 'slow', c.req.raw.signal, next))
  app.use('/:language/transactional/*', (c, next) => slowly(knobs.mail === 'slow', c.req.raw.signal, next))
  app.use('/v1/projects/*', (c, next) => slowly(knobs.push === 'slow', c.req.raw.signal, next))
  app.route('/', smsruRoutes(ctx))
  app.route('/', unisenderRoutes(ctx))
  app.route('/', fcmRoutes(ctx))

  app.get('/', (c) => c.html(page(messages.toReversed()), 200, { 'content-security-policy': PAGE_POLICY }))
  app.get('/messages/:id/html', (c) => {
    const html = messages.find(({ id }) => id === c.req.param('id'))?.html
    // Shown as a mail program shows it: nothing in it runs, nothing is loaded.
    return html === undefined
      ? c.notFound()
      : c.html(html, 200, { 'content-security-policy': `sandbox; ${PAGE_POLICY}` })
  })
  app.get('/messages/:id/visit.ics', (c) => {
    const calendar = messages.find(({ id }) => id === c.req.param('id'))?.calendar
    if (calendar === undefined) return c.notFound()
    return c.body(calendar, 200, { 'content-type': 'text/calendar; charset=utf-8' })
  })
  app.get('/messages', (c) => {
    const { to, channel, limit } = c.req.query()
    const found = (to ? messagesTo(to) : messages).filter((message) => !channel || message.channel === channel)
    const most = limit === undefined ? KEPT : Number(limit)
    if (!Number.isInteger(most) || most < 1) return c.json({ error: 'limit: a whole number from 1' }, 422)
    return c.json(found.toReversed().slice(0, most))
  })
  app.delete('/messages', (c) => {
    clear()
    return c.body(null, 204)
  })
  app.get('/__control/knobs', (c) => c.json(knobs))
  app.put('/__control/knobs', async (c) => {
    const problem = turnKnobs(knobs, await c.req.json().catch(() => undefined))
    return problem === undefined ? c.json(knobs) : c.json({ error: problem }, 422)
  })

  function clear() {
    messages.length = 0
  }
  async function slowly(slow: boolean, signal: AbortSignal, next: () => Promise<void>) {
    if (slow) await pause(knobs.slowMs, signal)
    await next()
  }

  return { fetch: async (request) => await app.fetch(request), messages, messagesTo, knobs, clear }
}

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

/** In an address bar `+7…` arrives as ` 7…`, so phones are compared by their digits. */
const sameAddress = (to: string) => (to.includes('@') ? to.trim().toLowerCase() : to.replaceAll(/\D/g, ''))

/** Waits, unless whoever asked has gone. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
