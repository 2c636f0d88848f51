import { addDays, dayInZone, wallMinute } from '../platform/time.ts'

/** When points expire that do not; as in the trigger that keeps the lots. */
export const NEVER = 253_402_300_799_000

/**
 * When points expire that are given now: the end of the branch's day so many calendar months later, of a shorter month its last
 * day. NULL: never. Pure.
 */
export function pointsExpireAt(now: number, months: number, zone: string): number | null {
  if (months === 0) return null
  const day = dayInZone(now, zone)
  const monthsSinceZero = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months
  const first = `${Math.floor(monthsSinceZero / 12)}-${String((monthsSinceZero % 12) + 1).padStart(2, '0')}-01`
  const lastOfMonth = Number(addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1).slice(8))
  const lastDay = addDays(first, Math.min(Number(day.slice(8)), lastOfMonth) - 1)
  return wallMinute(addDays(lastDay, 1), 0, zone)
}
