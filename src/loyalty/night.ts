import { formatInZone } from '../platform/time.ts'

const NIGHT = { fromHour: 2, toHour: 6 }

/** The small hours of the branch, when nobody is in a hurry. Pure. */
export function isNight(now: number, zone: string): boolean {
  const hour = Number(formatInZone(now, zone).slice(11, 13))
  return hour >= NIGHT.fromHour && hour < NIGHT.toHour
}
