import { addDays, dayInZone, MINUTE_MS, wallMinute } from '../platform/time.ts'
import { type Interval, merged, type WorkingInterval } from './working-time.ts'

/** By what rules a visit is booked. */
export interface SlotRules {
  /** Distance of the times that are offered. */
  readonly stepMinutes: number
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  readonly minNoticeMinutes: number
  /** So many days after today can be booked. */
  readonly horizonDays: number
  /** Of the branch; it says where days begin. */
  readonly zone: string
}

export interface VisitRules extends SlotRules {
  /** Of the whole visit, additional services included. */
  readonly durationMinutes: number
}

export type SlotReason = 'slot_taken' | 'too_soon' | 'too_far'

/** A time at which a visit could begin, and if it cannot be had, why. */
export interface Slot {
  readonly startsAt: number
  readonly available: boolean
  readonly reason: SlotReason | undefined
}

/** Why a time cannot be booked now, whoever does the visit. */
export type ClockRefusal = 'time_in_past' | 'too_soon' | 'too_far'

/** Why a time cannot be booked even if nobody else has it; what is taken, the database says. */
export type TimeRefusal = ClockRefusal | 'day_off' | 'outside_working_hours' | 'break' | 'not_a_slot'

const ALWAYS: Interval = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/**
 * All times of a master inside `window` at which the visit fits into his work, earliest first. `busy` are his other visits
 * with their own buffers, in any order. One pass over times and busy intervals. Pure.
 */
export function slotsOf(
  working: readonly WorkingInterval[],
  busy: readonly Interval[],
  rules: VisitRules,
  now: number,
  window = ALWAYS,
): Slot[] {
  const refuseByClock = clockRule(rules, now)
  const taken = merged(busy)
  let next = 0
  return startsIn(rules, working, window).map((startsAt) => {
    const span = spanOf(startsAt, rules)
    while ((taken[next]?.to ?? Number.POSITIVE_INFINITY) <= span.from) next++
    const isTaken = (taken[next]?.from ?? Number.POSITIVE_INFINITY) < span.to
    const reason = reasonOf(refuseByClock(startsAt)) ?? (isTaken ? 'slot_taken' : undefined)
    return { startsAt, available: reason === undefined, reason }
  })
}

/** How a time that the clock forbids is shown: the past is only sooner than too soon. */
export const reasonOf = (refusal: ClockRefusal | undefined) => (refusal === 'time_in_past' ? 'too_soon' : refusal)

/** Why the visit cannot begin then, by the same rules by which `slotsOf` offers times; undefined if it can. Pure. */
export function refuseTime(
  startsAt: number,
  rules: VisitRules,
  working: readonly WorkingInterval[],
  now: number,
): TimeRefusal | undefined {
  const refusal = clockRule(rules, now)(startsAt)
  if (refusal) return refusal
  const isIn = ({ from, to }: Interval) => from <= startsAt && startsAt < to
  const fitting = working.filter((piece) => isIn(piece) && fits(startsAt, piece, rules))
  if (fitting.some((piece) => isOnGrid(startsAt, piece, rules))) return undefined
  if (fitting.length > 0) return 'not_a_slot'
  const day = dayInZone(startsAt, rules.zone)
  const midnight = { from: wallMinute(day, 0, rules.zone), to: wallMinute(addDays(day, 1), 0, rules.zone) }
  if (!working.some((piece) => overlap(piece, midnight))) return 'day_off'
  const endsAt = endOf(startsAt, rules)
  const meetsBreak = working.some(
    ({ from, to, breakUntil }) => breakUntil !== undefined && from <= startsAt && startsAt < breakUntil && to < endsAt,
  )
  return meetsBreak ? 'break' : 'outside_working_hours'
}

/** Half-open: what ends when the other begins does not overlap it. */
export const overlap = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to

/** The time that a visit takes from a master, with its buffers. */
export const spanOf = (startsAt: number, rules: VisitRules): Interval => ({
  from: startsAt - rules.bufferBeforeMinutes * MINUTE_MS,
  to: endOf(startsAt, rules) + rules.bufferAfterMinutes * MINUTE_MS,
})

const endOf = (startsAt: number, rules: VisitRules) => startsAt + rules.durationMinutes * MINUTE_MS

/**
 * Of a time that YClients offers: those who work then by our own hours, since its offers do not say who it would be. If nobody
 * does, our hours are out of date, and it may be anybody. Pure.
 */
export function likelyToWork<Master extends { readonly working: readonly WorkingInterval[] }>(
  masters: readonly Master[],
  startsAt: number,
  minutesOf: (master: Master) => number,
): readonly Master[] {
  const works = (master: Master) =>
    master.working.some((piece) => piece.from <= startsAt && startsAt + minutesOf(master) * MINUTE_MS <= piece.until)
  const working = masters.filter(works)
  return working.length > 0 ? working : masters
}

const fits = (startsAt: number, piece: WorkingInterval, rules: VisitRules) => endOf(startsAt, rules) <= piece.until

const isOnGrid = (startsAt: number, piece: Interval, rules: VisitRules) =>
  (startsAt - piece.from) % (rules.stepMinutes * MINUTE_MS) === 0

/** The grid of each piece of work begins where the piece does. Two pieces may share a time, which is then one. */
function startsIn(rules: VisitRules, working: readonly WorkingInterval[], window: Interval): number[] {
  const step = rules.stepMinutes * MINUTE_MS
  const starts = new Set<number>()
  for (const piece of working) {
    const skipped = Math.max(0, Math.ceil((window.from - piece.from) / step))
    const end = Math.min(piece.to, window.to)
    for (let at = piece.from + skipped * step; at < end && fits(at, piece, rules); at += step) starts.add(at)
  }
  return [...starts].sort((a, b) => a - b)
}

/**
 * What the rules say of a time without regard to anybody's hours: of visits whose hours YClients keeps, it is all they say.
 */
export function clockRule(rules: SlotRules, now: number): (startsAt: number) => ClockRefusal | undefined {
  const earliest = now + rules.minNoticeMinutes * MINUTE_MS
  // Up to the last day's end by the wall clock, so that a day opens as a whole.
  const end = wallMinute(addDays(dayInZone(now, rules.zone), rules.horizonDays + 1), 0, rules.zone)
  return (startsAt) => {
    if (startsAt < now) return 'time_in_past'
    if (startsAt < earliest) return 'too_soon'
    return startsAt >= end ? 'too_far' : undefined
  }
}
