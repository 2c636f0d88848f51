import { MINUTE_MS } from '../platform/time.ts'
import {
  clockRule,
  likelyToWork,
  overlap,
  reasonOf,
  type SlotReason,
  type SlotRules,
  slotsOf,
  spanOf,
} from './slots.ts'
import type { Interval, WorkingInterval } from './working-time.ts'

/** A master with what keeps him busy. */
export interface BusyMaster {
  readonly staffId: number
  /** Of the whole visit when he does it. */
  readonly durationMinutes: number
  readonly working: readonly WorkingInterval[]
  /** With buffers. */
  readonly busy: readonly Interval[]
  /** Booked minutes of the day: who has the fewest gets the visit. */
  readonly loadMinutes: number
}

/** A time of some master. */
export interface OfferedSlot {
  readonly startsAt: number
  readonly durationMinutes: number
  /** Who would do the visit; null if nobody is free, or nobody knows who it would be. */
  readonly staffId: number | null
  readonly reason: SlotReason | undefined
}

/** The times of all these masters as one list: free if anybody is, and then with the least loaded of those. Pure. */
export function combineSlots(
  masters: readonly BusyMaster[],
  rules: SlotRules,
  now: number,
  window: Interval,
): OfferedSlot[] {
  const byTime = new Map<number, OfferedSlot>()
  for (const master of inOrderOfLoad(masters)) {
    const { staffId, durationMinutes } = master
    for (const { startsAt, reason } of slotsOf(
      master.working,
      master.busy,
      { ...rules, durationMinutes },
      now,
      window,
    )) {
      const earlier = byTime.get(startsAt)
      // Of masters who are free then the first has the least to do; of those who are not, any says why.
      if (earlier && (earlier.reason === undefined || reason !== undefined)) continue
      byTime.set(startsAt, { startsAt, durationMinutes, staffId: reason === undefined ? staffId : null, reason })
    }
  }
  return inOrderOfTime([...byTime.values()])
}

/**
 * The times that YClients offers, less those that are taken here and not known there yet; with them the times of our own
 * plan that are taken, since YClients leaves those out. Pure.
 */
export function combineWithOffers(
  offers: readonly { readonly startsAt: number; readonly durationMinutes: number | undefined }[],
  masters: readonly BusyMaster[],
  rules: SlotRules,
  now: number,
  window: Interval,
): OfferedSlot[] {
  const refuseByClock = clockRule(rules, now)
  const ordered = inOrderOfLoad(masters)
  const byTime = new Map<number, OfferedSlot>()
  for (const slot of combineSlots(masters, rules, now, window)) {
    if (slot.reason === 'slot_taken') byTime.set(slot.startsAt, slot)
  }
  for (const { startsAt, durationMinutes } of offers) {
    if (startsAt < window.from || startsAt >= window.to) continue
    const lengthFor = (master: BusyMaster | undefined) => durationMinutes ?? master?.durationMinutes ?? 0
    const likely = likelyToWork(ordered, startsAt, lengthFor)
    const free = likely.find((master) => {
      const span = spanOf(startsAt, { ...rules, durationMinutes: lengthFor(master) })
      return !master.busy.some((interval) => overlap(interval, span))
    })
    const isTaken = likely.length > 0 && free === undefined
    const reason = reasonOf(refuseByClock(startsAt)) ?? (isTaken ? 'slot_taken' : undefined)
    const staffId = reason === undefined ? (free?.staffId ?? null) : null
    byTime.set(startsAt, { startsAt, durationMinutes: lengthFor(free ?? likely[0]), staffId, reason })
  }
  return inOrderOfTime([...byTime.values()])
}

/** How many minutes of visits begin in the window. Pure. */
export const loadMinutesOf = (
  visits: readonly { readonly startsAt: number; readonly endsAt: number }[],
  window: Interval,
): number =>
  visits.reduce(
    (sum, { startsAt, endsAt }) =>
      window.from <= startsAt && startsAt < window.to ? sum + (endsAt - startsAt) / MINUTE_MS : sum,
    0,
  )

const inOrderOfLoad = (masters: readonly BusyMaster[]) =>
  [...masters].sort((a, b) => a.loadMinutes - b.loadMinutes || a.staffId - b.staffId)

const inOrderOfTime = (slots: OfferedSlot[]) => slots.sort((a, b) => a.startsAt - b.startsAt)
