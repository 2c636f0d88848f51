import * as z from 'zod'
import { formatKopecks, rublesToKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import type { Kept } from '../yclients/list-kept.ts'
import { catalogTexts } from './texts/catalog.ts'
import { wholeNumber } from './texts/in-both.ts'

/** Text of at most so many characters, cleaned. */
export const typedText = (max: number) =>
  z
    .string()
    .max(max)
    .default('')
    // Forms end their lines as of old.
    .transform((text) => cleanText(text.replaceAll('\r\n', '\n'), max) ?? '')

export const typedName = typedText(120).pipe(z.string().min(1))

/** Rubles as people type them → kopecks. */
export const typedMoney = z.string().transform((text, check) => {
  const kopecks = rublesToKopecks(text.replace(/\s/g, ''))
  if (kopecks !== undefined) return kopecks
  check.addIssue({ code: 'custom', message: 'no sum' })
  return z.NEVER
})

export const typedWithin = (min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))

/** Empty: none. */
export const typedIdOrNone = z
  .string()
  .trim()
  .regex(/^(|[1-9]\d{0,14})$/)
  .default('')
  .transform((id) => (id === '' ? null : Number(id)))

export const typedFlag = z
  .literal('true')
  .optional()
  .transform((ticked) => ticked === 'true')

/** The `updatedAt` that a page showed. */
export const typedVersion = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)

/** Of a form that makes something: sent twice it makes one. A form without it makes each time. */
export const typedKey = z
  .string()
  .regex(/^[\w-]{8,64}$/)
  .optional()
  .catch(undefined)

/** The hidden fields of a form: which version of a thing it showed, or the key of the one that it makes. */
export const seenOrMade = ({ version, key }: Readonly<Record<string, string>>): Record<string, string> => ({
  ...(version !== undefined && { version }),
  ...(key !== undefined && { key }),
})

/** Kopecks as they stand in a field: "5147.50", "5147". */
export const rubles = (kopecks: number): string => (kopecks / 100).toFixed(kopecks % 100 === 0 ? 0 : 2)

const SHOWN = 80

/** A value of a field as people read it. */
export function sayValue(field: string, value: Kept['local'], language: Language): string {
  const t = catalogTexts[language]
  if (value === null || value === '') return t.none
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (typeof value === 'number') {
    return field === 'priceKopecks' ? formatKopecks(value, language) : wholeNumber(value, language)
  }
  return value.length > SHOWN ? `${value.slice(0, SHOWN - 1).toWellFormed()}…` : value
}
