import type { NoticesConfig } from '../platform/config.ts'
import { addDays, dayInZone, HOUR_MS, MINUTE_MS, wallMinute } from '../platform/time.ts'

type QuietHours = NoticesConfig['quietHours']

export const LEAD_MS = { reminder_24h: 24 * HOUR_MS, reminder_2h: 2 * HOUR_MS } as const
export type ReminderKind = keyof typeof LEAD_MS

/** Later than this before the visit a reminder changes nothing any more. */
export const LEAST_LEAD_MS: Readonly<Record<ReminderKind, number>> = {
  reminder_24h: 4 * HOUR_MS,
  reminder_2h: HOUR_MS,
}

/** The quiet time around an instant, by the wall clock of the zone. Pure. */
export function quietAround(
  instant: number,
  quiet: QuietHours,
  zone: string,
): { readonly from: number; readonly to: number } | undefined {
  if (!quiet) return undefined
  const { fromMinute, toMinute } = quiet
  const today = dayInZone(instant, zone)
  for (const day of [addDays(today, -1), today]) {
    const from = wallMinute(day, fromMinute, zone)
    const to = wallMinute(toMinute < fromMinute ? addDays(day, 1) : day, toMinute, zone)
    if (from <= instant && instant < to) return { from, to }
  }
  return undefined
}

/** When a visit's reminder leaves: in the morning if that is early enough, else on the evening before the quiet time. Pure. */
export function reminderTime(kind: ReminderKind, startsAt: number, quiet: QuietHours, zone: string): number {
  const wished = startsAt - LEAD_MS[kind]
  const silence = quietAround(wished, quiet, zone)
  if (!silence) return wished
  return silence.to <= startsAt - LEAST_LEAD_MS[kind] ? silence.to : silence.from - MINUTE_MS
}
