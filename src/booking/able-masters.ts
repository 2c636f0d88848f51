import type { Result } from '../platform/outcome.ts'
import type { BookingPlan, PlannedMaster } from './booking-plan.ts'
import { clockRule, likelyToWork, refuseTime, type TimeRefusal } from './slots.ts'
import type { WhereBooked } from './where-booked.ts'

export interface AbleMasters {
  readonly masters: readonly PlannedMaster[]
  /** Why our own hours forbid the time, although YClients may allow it. */
  readonly outsideOurHours: TimeRefusal | undefined
}

/**
 * Which of the masters may take a visit then, or why none may. When YClients keeps the times, only the clock decides here:
 * hours that we remember may be out of date. Pure.
 */
export function ableMasters(
  { askedOfYclients, masters }: Pick<WhereBooked, 'askedOfYclients' | 'masters'>,
  rules: BookingPlan['rules'],
  startsAt: number,
  now: number,
): Result<AbleMasters, TimeRefusal | 'staff_does_not_do_service'> {
  const judged = masters.map((master) => ({
    master,
    refusal: refuseTime(startsAt, { ...rules, durationMinutes: master.durationMinutes }, master.working, now),
  }))
  const able = judged.filter(({ refusal }) => refusal === undefined).map(({ master }) => master)
  const refusal = able.length > 0 ? undefined : judged.at(-1)?.refusal
  if (askedOfYclients) {
    const byClock = clockRule(rules, now)(startsAt)
    if (byClock) return { ok: false, refusal: byClock }
    const likely = likelyToWork(masters, startsAt, ({ durationMinutes }) => durationMinutes)
    return likely.length > 0
      ? { ok: true, value: { masters: likely, outsideOurHours: refusal } }
      : { ok: false, refusal: 'staff_does_not_do_service' }
  }
  if (able.length > 0) return { ok: true, value: { masters: able, outsideOurHours: undefined } }
  return { ok: false, refusal: refusal ?? 'staff_does_not_do_service' }
}
