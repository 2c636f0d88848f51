import * as z from 'zod'
import type { Context } from '../context.ts'
import { formatInZone } from '../platform/time.ts'
import { wireList } from './wire.ts'

/** How a call may fail, in our words: what to do about it, not what YClients said. */
export type YclientsFailure =
  /** Over the limit: wait at least so long. */
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  /** Tokens or rights: a person has to act, repeating does not help. */
  | { readonly kind: 'refused'; readonly status: number }
  /** Down, slow, or not speaking JSON: try again later. */
  | { readonly kind: 'unavailable'; readonly status: number }
  | { readonly kind: 'not_found' }

export type YclientsAnswer<T> =
  | { readonly ok: true; readonly data: T; readonly askedAt: number }
  | { readonly ok: false; readonly failure: YclientsFailure; readonly askedAt: number }

const TIMEOUT_MS = 20_000
/** A 429 asking for no more than this is waited out on the spot; a longer one goes back to the queue. */
const MAX_PATIENCE_SECONDS = 10
const MAX_RATE_LIMIT_WAITS = 2
/** The queue delays a message by twelve hours at most, and no limit of YClients lasts an hour. */
const MAX_WAIT_SECONDS = 3600

export interface RecordsQuery {
  readonly page: number
  readonly count: number
  readonly startDate?: string | undefined
  readonly endDate?: string | undefined
  readonly changedAfter?: number | undefined
}

/** One page of records, deleted ones included, still unread. */
export function listRecords(ctx: Context, query: RecordsQuery): Promise<YclientsAnswer<unknown[]>> {
  const params = new URLSearchParams({ page: String(query.page), count: String(query.count), with_deleted: '1' })
  if (query.startDate) params.set('start_date', query.startDate)
  if (query.endDate) params.set('end_date', query.endDate)
  // Which zone a value without an offset is read in is not documented, so the offset is always written.
  if (query.changedAfter) params.set('changed_after', formatInZone(query.changedAfter, ctx.config.branchTimezone))
  return get(ctx, `/api/v1/records/${ctx.config.yclients.companyId}?${params}`, wireList)
}

/** One record as it is now; `not_found` once it is gone. */
export function getRecord(ctx: Context, companyId: number, recordId: number): Promise<YclientsAnswer<unknown>> {
  return get(ctx, `/api/v1/record/${companyId}/${recordId}`, z.record(z.string(), z.unknown()))
}

/** The whole catalog of the branch; none of these lists has pages. Still unread, like records. */
export const listServices = (ctx: Context) => listOfCompany(ctx, 'services')
export const listCategories = (ctx: Context) => listOfCompany(ctx, 'service_categories')
export const listStaff = (ctx: Context) => listOfCompany(ctx, 'staff')

/** Everybody's working hours, one item per person and day; both days included. */
export const listSchedule = (ctx: Context, fromDay: string, toDay: string) =>
  listOfCompany(ctx, `staff/schedule?${new URLSearchParams({ start_date: fromDay, end_date: toDay })}`)

const listOfCompany = (ctx: Context, list: string): Promise<YclientsAnswer<unknown[]>> =>
  get(ctx, `/api/v1/company/${ctx.config.yclients.companyId}/${list}`, wireList)

async function get<T>(ctx: Context, path: string, schema: z.ZodType<T>): Promise<YclientsAnswer<T>> {
  for (let waits = 0; ; waits++) {
    const answer = await attempt(ctx, path, schema)
    const wait = !answer.ok && answer.failure.kind === 'rate_limited' ? answer.failure.retryAfterSeconds : undefined
    if (wait === undefined || wait > MAX_PATIENCE_SECONDS || waits >= MAX_RATE_LIMIT_WAITS) return answer
    await ctx.sleep(wait * 1000)
  }
}

async function attempt<T>(ctx: Context, path: string, schema: z.ZodType<T>): Promise<YclientsAnswer<T>> {
  const { baseUrl, apiToken, userToken } = ctx.config.yclients
  const pauseMs = ctx.yclientsPacer.reserve(ctx.now())
  if (pauseMs > 0) await ctx.sleep(pauseMs)
  const askedAt = ctx.now()
  const fail = (failure: YclientsFailure) => {
    ctx.log.warn('yclients.call_failed', {
      kind: failure.kind,
      status: 'status' in failure ? failure.status : undefined,
    })
    return { ok: false as const, failure, askedAt }
  }
  let response: Response
  let body: unknown
  try {
    response = await ctx.fetch(`${baseUrl}${path}`, {
      headers: {
        accept: 'application/vnd.yclients.v2+json',
        'content-type': 'application/json',
        authorization: `Bearer ${apiToken}, User ${userToken}`,
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    // Front-end trouble arrives as an HTML page, sometimes with status 200; then there is no body to speak of.
    body = response.headers.get('content-type')?.includes('json') ? await response.json() : undefined
  } catch {
    return fail({ kind: 'unavailable', status: 0 })
  }
  const status = response.status
  if (status === 429) return fail({ kind: 'rate_limited', retryAfterSeconds: secondsAsked(body) })
  if (status === 404)
    return body === undefined
      ? fail({ kind: 'unavailable', status })
      : { ok: false, failure: { kind: 'not_found' }, askedAt }
  if (status === 401 || status === 403) return fail({ kind: 'refused', status })
  const envelope = successEnvelope.safeParse(body)
  if (!response.ok || !envelope.success) return fail({ kind: 'unavailable', status })
  const data = schema.safeParse(envelope.data.data)
  return data.success ? { ok: true, data: data.data, askedAt } : fail({ kind: 'unavailable', status })
}

/** HTTP 200 with `success: false` occurs; only the flag counts. */
const successEnvelope = z.object({ success: z.literal(true), data: z.unknown() })
const messageEnvelope = z.object({ meta: z.object({ message: z.string() }) })

/** «…попробуйте повторить запрос через 7 секунд.» The number may be 0, which still means: not at once. */
function secondsAsked(body: unknown): number {
  const message = messageEnvelope.safeParse(body)
  const seconds = message.success ? /(\d{1,5})\s*(?:секунд|sec)/i.exec(message.data.meta.message)?.[1] : undefined
  return Math.min(MAX_WAIT_SECONDS, Math.max(1, Number(seconds ?? 1)))
}
