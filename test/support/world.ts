import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { type Catcher, createCatcher } from '../../dev/messages/catcher.ts'
import { createSimulator, type Simulator } from '../../dev/yclients/simulator.ts'
import { createShop, type Shop } from '../../dev/yookassa/shop.ts'
import type { Role } from '../../src/auth/actor.ts'
import { ADMIN_TOKEN_PREFIX } from '../../src/auth/authenticate.ts'
import { mintAccessToken } from '../../src/auth/tokens.ts'
import { type Context, createContext } from '../../src/context.ts'
import { createApp } from '../../src/handlers/fetch.ts'
import { handleQueue, QUEUES } from '../../src/handlers/queue.ts'
import { sha256Hex } from '../../src/platform/hash.ts'
import type { Log, LogFields } from '../../src/platform/log.ts'
import { createMetrics } from '../../src/platform/metrics.ts'

/** 15 September 2026, 12:00 in Moscow. */
export const NOON = Date.UTC(2026, 8, 15, 9)
export const WEBHOOK = '/api/v1/yclients/webhook?token=test-webhook-secret'
export const PAYMENT_NOTIFICATIONS = '/api/v1/payments/notifications/yookassa'

interface Queued {
  readonly queue: string
  readonly body: unknown
  attempts: number
  dueAt: number
}

/** A salon with its own YClients, its own providers of messages, its own clock and queues that the test turns by hand. */
export interface World {
  readonly ctx: Context
  readonly sim: Simulator
  /** The SMS and mails that left. */
  readonly inbox: Catcher
  /** Its payment provider. */
  readonly shop: Shop
  readonly clock: { now: number }
  readonly queued: Queued[]
  readonly logged: { level: keyof Log; event: string; fields: LogFields }[]
  /** An HTTP request to the API; `as` signs it. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>
  /** Delivers the webhooks that the simulator has ready. */
  deliverWebhooks(): Promise<void>
  /** Lets the consumers work until the queues are empty, the clock moving on to retries. */
  drain(limit?: number): Promise<void>
  /** Hands one batch of messages to the consumer and says what it did with each. */
  consume(queue: keyof typeof QUEUES, bodies: unknown[], attempts?: number): Promise<Consumed>
}

interface Ended {
  readonly id: string
  readonly body: unknown
  ended: 'not at all' | 'acked' | 'retried'
  delaySeconds: number
}

interface Consumed {
  readonly all: readonly Ended[]
  readonly acked: readonly Ended[]
  readonly retried: readonly Ended[]
}

interface CallOptions {
  readonly as?: Caller
  readonly token?: string
  readonly body?: unknown
  readonly rawBody?: string
  readonly headers?: Record<string, string>
}

export type Caller = { readonly client: number } | { readonly admin: Role }

/** A client with an access token; tests of sessions sign in for real. */
export const CLIENT = (id: number): Caller => ({ client: id })
export const DESK: Caller = { admin: 'desk' }
export const MANAGER: Caller = { admin: 'manager' }
/** The highest role. */
export const ADMIN: Caller = { admin: 'owner' }

const ADMIN_IDS: Readonly<Record<Role, number>> = { owner: 1, manager: 2, desk: 3 }

/** An access token of a session that he has, or of one without a refresh token; of somebody who does not exist, of none. */
async function clientToken(userId: number, ctx: Context, now: number): Promise<string> {
  const existing = await env.DB.prepare('select id from sessions where user_id = ? and ended_at is null')
    .bind(userId)
    .first<{ id: number }>()
  if (existing) return await mintAccessToken({ userId, sessionId: existing.id }, ctx.config.secrets, now)
  const session = await env.DB.prepare(
    `insert into sessions (user_id, family_hash, token_hash, rotated_at, created_at, expires_at)
    select id, 'family of ' || id, 'token', 0, 0, ?2 from users where id = ?1 and erased_at is null
    on conflict (family_hash) do update set expires_at = excluded.expires_at returning id`,
  )
    .bind(userId, Date.UTC(2099, 0))
    .first<{ id: number }>()
  return await mintAccessToken({ userId, sessionId: session?.id ?? 1 }, ctx.config.secrets, now)
}

/** A signed-in administrator of this role, made when first needed. */
async function adminToken(role: Role): Promise<string> {
  const id = ADMIN_IDS[role]
  const token = `${ADMIN_TOKEN_PREFIX}${role}`
  const forever = Date.UTC(2099, 0)
  await env.DB.batch([
    env.DB.prepare(
      'insert or ignore into admins (id, email, name, role, created_at, updated_at) values (?1, ?2, ?3, ?3, 0, 0)',
    ).bind(id, `${role}@spa.test`, role),
    env.DB.prepare(
      "insert or ignore into admin_sessions (admin_id, token_hash, kind, created_at, expires_at) values (?, ?, 'bearer', 0, ?)",
    ).bind(id, await sha256Hex(token), forever),
  ])
  return token
}

export function startWorld(replaced: Partial<Context> = {}, wrap: (ctx: Context) => Context = (ctx) => ctx): World {
  const clock = { now: NOON }
  const queued: Queued[] = []
  const logged: World['logged'] = []
  const sim = createSimulator({
    now: () => clock.now,
    demoSalon: false,
    rateLimit: false,
    hookUrls: [`http://spa.test${WEBHOOK}`],
    send: async (url, body) => {
      await call('POST', url.replace('http://spa.test', ''), { rawBody: body })
    },
    knobs: { delivery: 'manual' },
  })
  const inbox = createCatcher({ now: () => clock.now })
  const shop = createShop({
    now: () => clock.now,
    notifyUrl: PAYMENT_NOTIFICATIONS,
    send: async (path, rawBody, address) => {
      const { status } = await call('POST', path, { rawBody, headers: { 'cf-connecting-ip': address } })
      if (status !== 200) throw new Error(`the notification was answered ${status}`)
    },
    knobs: { delivery: 'manual' },
  })
  const note =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}) => {
      logged.push({ level, event, fields })
    }
  /** The world beyond the Worker; like the real one it does not hold a call that was given up. */
  const outside = (request: Request) =>
    Promise.race([
      answerOf(request),
      new Promise<never>((_, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason))
      }),
    ])
  function answerOf(request: Request): Promise<Response> {
    const { host } = new URL(request.url)
    if (host === 'messages.test') return inbox.fetch(request)
    return host === 'yookassa.test' ? shop.fetch(request) : sim.fetch(request)
  }
  const into = (queue: string) => ({
    send: async (body: unknown, options?: QueueSendOptions) => {
      queued.push({ queue, body, attempts: 0, dueAt: clock.now + (options?.delaySeconds ?? 0) * 1000 })
      return sent
    },
    sendBatch: async (messages: Iterable<{ body: unknown; delaySeconds?: number }>) => {
      for (const { body, delaySeconds = 0 } of messages) {
        queued.push({ queue, body, attempts: 0, dueAt: clock.now + delaySeconds * 1000 })
      }
      return sent
    },
  })
  let seed = 1
  const plain = createContext(env, {
    now: () => clock.now,
    random: () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    },
    sleep: async (ms) => {
      clock.now += ms
    },
    fetch: (input, init) => outside(new Request(input, init)),
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    events: into(QUEUES.events),
    sync: into(QUEUES.sync),
    messages: into(QUEUES.messages),
    // Counts are written after each batch of a queue, and not behind answers, when the test has moved on.
    metrics: createMetrics({ flushEveryMs: Number.POSITIVE_INFINITY }),
    ...replaced,
  })
  const ctx = wrap(plain)
  const app = createApp(() => ctx)

  async function call(method: string, path: string, options: CallOptions = {}) {
    const headers = new Headers(options.headers)
    const token = options.token ?? (options.as && (await tokenOf(options.as)))
    if (token) headers.set('authorization', `Bearer ${token}`)
    const body = options.rawBody ?? (options.body === undefined ? null : JSON.stringify(options.body))
    if (body !== null && !headers.has('content-type')) headers.set('content-type', 'application/json')
    const request = new Request(`http://spa.test${path}`, { method, headers, body })
    return await app.fetch(request, env, createExecutionContext())
  }

  const tokenOf = (caller: Caller) =>
    'admin' in caller ? adminToken(caller.admin) : clientToken(caller.client, ctx, clock.now)

  let messageNumber = 0
  async function consume(queue: keyof typeof QUEUES, bodies: unknown[], attempts = 1): Promise<Consumed> {
    const ended: Ended[] = bodies.map((body) => ({
      id: `m${++messageNumber}`,
      body,
      ended: 'not at all',
      delaySeconds: 0,
    }))
    // By hand and not by createMessageBatch, whose result does not tell the delay of a retry. Of ack and retry the first
    // counts, as in the real queue.
    const messages = ended.map((message) => ({
      id: message.id,
      body: message.body,
      attempts,
      timestamp: new Date(clock.now),
      ack: () => {
        if (message.ended === 'not at all') message.ended = 'acked'
      },
      retry: (options?: QueueRetryOptions) => {
        if (message.ended === 'not at all')
          Object.assign(message, { ended: 'retried', delaySeconds: options?.delaySeconds ?? 0 })
      },
    }))
    const batch: MessageBatch<unknown> = {
      queue: QUEUES[queue],
      messages,
      ackAll() {},
      retryAll() {},
      metadata: sent.metadata,
    }
    await handleQueue(ctx, batch)
    return {
      all: ended,
      retried: ended.filter((message) => message.ended === 'retried'),
      acked: ended.filter((message) => message.ended === 'acked'),
    }
  }

  async function drain(limit = 500) {
    for (let turns = 0; queued.length > 0; turns++) {
      if (turns > limit)
        throw new Error(`the queues never became empty; last said: ${JSON.stringify(logged.slice(-3))}`)
      queued.sort((a, b) => a.dueAt - b.dueAt)
      const first = queued[0] as Queued // length was checked
      clock.now = Math.max(clock.now, first.dueAt)
      const size = first.queue === QUEUES.sync ? 1 : 100
      const batch = queued.filter((m) => m.queue === first.queue && m.dueAt <= clock.now).slice(0, size)
      for (const message of batch) queued.splice(queued.indexOf(message), 1)
      for (const attempts of new Set(batch.map((m) => m.attempts))) {
        const same = batch.filter((m) => m.attempts === attempts)
        const result = await consume(
          queueOf(first.queue),
          same.map((m) => m.body),
          attempts + 1,
        )
        for (const [index, { ended, delaySeconds }] of result.all.entries()) {
          const message = same[index]
          if (message && ended !== 'acked') {
            queued.push({ ...message, attempts: attempts + 1, dueAt: clock.now + delaySeconds * 1000 })
          }
        }
      }
    }
  }

  return {
    ctx,
    sim,
    inbox,
    shop,
    clock,
    queued,
    logged,
    call,
    consume,
    drain,
    deliverWebhooks: async () => {
      await sim.webhooks.deliverAll()
    },
  }
}

const QUEUE_NAMES = Object.keys(QUEUES) as (keyof typeof QUEUES)[] // keys of a literal table

function queueOf(name: string): keyof typeof QUEUES {
  const queue = QUEUE_NAMES.find((key) => QUEUES[key] === name)
  if (!queue) throw new Error(`no queue is called ${name}`)
  return queue
}

const sent: QueueSendResponse = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
