import * as z from 'zod'
import type { Context } from '../context.ts'
import { MINUTE_MS, parseInstant } from '../platform/time.ts'
import { callYclients, INTERACTIVE, type YclientsFailure } from './call.ts'
import { wireInteger } from './wire.ts'

/** A visit as YClients knows it, to be looked for. */
export interface WantedVisit {
  readonly yclientsServiceIds: readonly number[]
  /** 0 = anybody who does the services. */
  readonly yclientsStaffId: number
}

/** A time that YClients offers. */
export interface OfferedTime {
  readonly startsAt: number
  /** Undefined if YClients does not say. */
  readonly durationMinutes: number | undefined
}

/** Times are for looking, never for deciding: YClients itself decides when the visit is written there. */
const FRESH_MS = MINUTE_MS

/** What YClients offers on a day, earliest first; undefined if it does not answer in time. At most a minute old. */
export const offeredTimes = (ctx: Context, wanted: WantedVisit, day: string): Promise<OfferedTime[] | undefined> =>
  remembered(ctx, `book_times/${ctx.config.yclients.companyId}/${wanted.yclientsStaffId}/${day}`, wanted, times)

/** The days from one to another, both included, on which YClients offers something; undefined as above. */
export const offeredDays = (
  ctx: Context,
  wanted: WantedVisit,
  range: { fromDay: string; toDay: string },
): Promise<string[] | undefined> => {
  const query = { staff_id: String(wanted.yclientsStaffId), date_from: range.fromDay, date_to: range.toDay }
  return remembered(ctx, `book_dates/${ctx.config.yclients.companyId}`, wanted, dates, query)
}

async function remembered<T>(
  ctx: Context,
  path: string,
  wanted: WantedVisit,
  schema: z.ZodType<T>,
  query: Readonly<Record<string, string>> = {},
): Promise<T | undefined> {
  const { cache, breaker } = ctx.yclientsReading
  const params = new URLSearchParams(query)
  for (const id of wanted.yclientsServiceIds) params.append('service_ids[]', String(id))
  const address = `/api/v1/${path}?${params}`
  const now = ctx.now()
  const known = cache.get(address, now)
  // What is kept under an address was read by its schema.
  if (known) return known.value as T
  if (!breaker.lets(now)) return undefined
  const answer = await callYclients(ctx, { path: address, effort: INTERACTIVE }, schema)
  breaker.note(answer.ok || !isTrouble(answer.failure), ctx.now())
  if (!answer.ok) return undefined
  cache.put(address, answer.data, answer.askedAt + FRESH_MS)
  return answer.data
}

/** Other refusals are answers, given in time. */
const isTrouble = ({ kind }: YclientsFailure) => kind === 'unavailable' || kind === 'rate_limited' || kind === 'refused'

/** `time` may come as `9:00`, so only the date-time counts; an odd item is no offer. */
const time = z.object({ datetime: z.string().max(40), seance_length: wireInteger.nullish().catch(undefined) })

const times = z.array(z.unknown()).transform((items) =>
  items
    .flatMap((item): OfferedTime[] => {
      const offered = time.safeParse(item)
      const startsAt = offered.success ? parseInstant(offered.data.datetime) : undefined
      if (!offered.success || startsAt === undefined) return []
      // 0 says nothing.
      return [{ startsAt, durationMinutes: Math.ceil((offered.data.seance_length ?? 0) / 60) || undefined }]
    })
    .sort((a, b) => a.startsAt - b.startsAt),
)

const dates = z.object({ booking_dates: z.array(z.string().max(10)).max(1000) }).transform((body) => body.booking_dates)
