import * as z from 'zod'
import type { Context } from '../context.ts'

/** How a call may fail, in our words: what to do about it, not what YClients said. */
export type YclientsFailure =
  /** Over the limit: wait at least so long. Nothing was done. */
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  /** Tokens or rights: a person has to act, repeating does not help. */
  | { readonly kind: 'refused'; readonly status: number }
  /** Down, slow, or not speaking JSON: try again later. Whether the work was done is not known. */
  | { readonly kind: 'unavailable'; readonly status: number }
  /** The master has no time then. */
  | { readonly kind: 'busy'; readonly status: number }
  /** A rule of the salon or of YClients; `code` as in the contract, where YClients says it. */
  | { readonly kind: 'rejected'; readonly status: number; readonly code: number | undefined }
  | { readonly kind: 'not_found' }

export type YclientsAnswer<T> =
  | { readonly ok: true; readonly data: T; readonly askedAt: number }
  | { readonly ok: false; readonly failure: YclientsFailure; readonly askedAt: number }

/** How long one call may take, and up to what a 429 is waited out on the spot. */
export interface Effort {
  readonly timeoutMs: number
  readonly patienceSeconds: number
}
/** Somebody waits for the answer. */
export const INTERACTIVE: Effort = { timeoutMs: 3_000, patienceSeconds: 0 }
/** A 429 asking for more than this goes back to the queue. */
export const BACKGROUND: Effort = { timeoutMs: 20_000, patienceSeconds: 10 }

const MAX_RATE_LIMIT_WAITS = 2
/** The queue delays a message by twelve hours at most, and no limit of YClients lasts an hour. */
const MAX_WAIT_SECONDS = 3600

export interface YclientsCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly effort?: Effort
}

/** Asks YClients and reads the `data` of its answer. */
export function callYclients<T>(ctx: Context, call: YclientsCall, schema: z.ZodType<T>): Promise<YclientsAnswer<T>> {
  return patiently(ctx, call, ({ status, body, askedAt }) => {
    const envelope = successEnvelope.safeParse(body)
    const data = envelope.success ? schema.safeParse(envelope.data.data) : undefined
    return data?.success ? { ok: true, data: data.data, askedAt } : failed({ kind: 'unavailable', status }, askedAt)
  })
}

/** The same for calls that answer with a status and no body. */
export function commandYclients(ctx: Context, call: YclientsCall): Promise<YclientsAnswer<null>> {
  return patiently(ctx, call, ({ status, isEmpty, askedAt }) =>
    isEmpty ? { ok: true, data: null, askedAt } : failed({ kind: 'unavailable', status }, askedAt),
  )
}

interface Received {
  readonly status: number
  /** Undefined if it was not JSON. */
  readonly body: unknown
  readonly isEmpty: boolean
  readonly askedAt: number
}

async function patiently<T>(
  ctx: Context,
  call: YclientsCall,
  read: (received: Received) => YclientsAnswer<T>,
): Promise<YclientsAnswer<T>> {
  const effort = call.effort ?? BACKGROUND
  for (let waits = 0; ; waits++) {
    const answer = await attempt(ctx, call, effort, read)
    const outcome = answer.ok ? 'ok' : answer.failure.kind
    ctx.metrics.count('spa_yclients_calls_total', { outcome })
    ctx.metrics.observe('spa_yclients_call_duration_seconds', ctx.now() - answer.askedAt)
    if (answer.ok) return answer
    const { failure } = answer
    // An answer, and no trouble: it is the caller who knows what it means.
    if (failure.kind !== 'not_found' && failure.kind !== 'busy') {
      const status = 'status' in failure ? failure.status : undefined
      ctx.log.warn('yclients.call_failed', { kind: failure.kind, status })
    }
    const wait = failure.kind === 'rate_limited' ? failure.retryAfterSeconds : undefined
    if (wait === undefined || wait > effort.patienceSeconds || waits >= MAX_RATE_LIMIT_WAITS) return answer
    await ctx.sleep(wait * 1000)
  }
}

async function attempt<T>(
  ctx: Context,
  call: YclientsCall,
  effort: Effort,
  read: (received: Received) => YclientsAnswer<T>,
): Promise<YclientsAnswer<T>> {
  const { baseUrl, apiToken, userToken } = ctx.config.yclients
  const pauseMs = ctx.yclientsPacer.reserve(ctx.now())
  if (pauseMs > 0) await ctx.sleep(pauseMs)
  const askedAt = ctx.now()
  let received: Received
  try {
    const response = await ctx.fetch(`${baseUrl}${call.path}`, {
      method: call.method ?? 'GET',
      headers: {
        accept: 'application/vnd.yclients.v2+json',
        'content-type': 'application/json',
        authorization: `Bearer ${apiToken}, User ${userToken}`,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(effort.timeoutMs),
    })
    noteClock(ctx, response.headers.get('date'), askedAt)
    const text = await response.text()
    // Front-end trouble arrives as an HTML page, sometimes with status 200; then there is no body to speak of.
    const isJson = text !== '' && response.headers.get('content-type')?.includes('json')
    const body: unknown = isJson ? JSON.parse(text) : undefined
    received = { status: response.status, body, isEmpty: text === '', askedAt }
  } catch {
    return failed({ kind: 'unavailable', status: 0 }, askedAt)
  }
  const failure = failureOf(received)
  return failure ? failed(failure, askedAt) : read(received)
}

/** How far YClients' clock is ahead of ours: `last_change_date` is theirs. They write whole seconds. */
function noteClock(ctx: Context, date: string | null, askedAt: number): void {
  const theirs = date === null ? Number.NaN : Date.parse(date)
  if (!Number.isNaN(theirs)) ctx.metrics.note('yclients_clock', ctx.now(), theirs - Math.floor(askedAt / 1000) * 1000)
}

const failed = (failure: YclientsFailure, askedAt: number) => ({ ok: false as const, failure, askedAt })

/** Slot busy, nobody free, appointments overlap. */
const BUSY_CODES: readonly (number | undefined)[] = [433, 436, 437]
const BLACKLISTED = 434

function failureOf({ status, body }: Received): YclientsFailure | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 429) return { kind: 'rate_limited', retryAfterSeconds: secondsAsked(body) }
  if (body === undefined) {
    return status === 401 || status === 403 ? { kind: 'refused', status } : { kind: 'unavailable', status }
  }
  if (status === 404) return { kind: 'not_found' }
  const code = businessCode(body)
  if (status === 409 || (status === 422 && BUSY_CODES.includes(code))) return { kind: 'busy', status }
  if (status === 422 || (status === 403 && code === BLACKLISTED)) return { kind: 'rejected', status, code }
  if (status === 401 || status === 403) return { kind: 'refused', status }
  return { kind: 'unavailable', status }
}

/** HTTP 200 with `success: false` occurs; only the flag counts. */
const successEnvelope = z.object({ success: z.literal(true), data: z.unknown() })
const messageEnvelope = z.object({ meta: z.object({ message: z.string() }) })

const coded = z.object({ code: z.coerce.number().int().min(431).max(438) })
/** Where the code of a refusal stands in the body is not documented, so it is looked for in each place it may be. */
const codeEnvelope = z.union([
  z.object({ errors: coded }).transform(({ errors }) => errors.code),
  z.object({ meta: z.object({ errors: coded }) }).transform(({ meta }) => meta.errors.code),
  z.object({ meta: coded }).transform(({ meta }) => meta.code),
])
const businessCode = (body: unknown): number | undefined => codeEnvelope.safeParse(body).data

/** «…попробуйте повторить запрос через 7 секунд.» The number may be 0, which still means: not at once. */
function secondsAsked(body: unknown): number {
  const message = messageEnvelope.safeParse(body)
  const seconds = message.success ? /(\d{1,5})\s*(?:секунд|sec)/i.exec(message.data.meta.message)?.[1] : undefined
  return Math.min(MAX_WAIT_SECONDS, Math.max(1, Number(seconds ?? 1)))
}
