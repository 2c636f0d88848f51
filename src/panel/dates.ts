import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'

/** The wall clock of the branch, "15.09.2026 12:00" or "2026-09-15 12:00". */
export function dateTime(instant: number, zone: string, language: Language): string {
  const text = formatInZone(instant, zone)
  return `${day(text.slice(0, 10), language)} ${text.slice(11, 16)}`
}

/** "12:00", of the branch. */
export const clock = (instant: number, zone: string): string => formatInZone(instant, zone).slice(11, 16)

/** A calendar day "2026-09-15" as people write it. */
export const day = (iso: string, language: Language): string =>
  language === 'en' ? iso : `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)}`

/** "вторник, 15 сентября". */
export const dayInWords = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    Date.parse(`${iso}T00:00:00Z`),
  )
