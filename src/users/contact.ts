import { phoneLast10, toE164 } from '../platform/phone.ts'
import { normalizeEmail } from '../platform/text.ts'

/** A way to reach somebody, in the one spelling in which it is stored and compared. */
export interface Contact {
  readonly kind: 'phone' | 'email'
  /** E.164 or a lower-case mail address. */
  readonly value: string
  /** Last ten digits of a phone, null for mail. */
  readonly phoneLast10: string | null
}

/** Undefined if no number can look like this. */
export function readPhone(typed: string): Contact | undefined {
  const value = toE164(typed)
  const last10 = value && phoneLast10(value)
  return last10 ? { kind: 'phone', value, phoneLast10: last10 } : undefined
}

/** Undefined if it has not the shape of an address. */
export function readEmail(typed: string): Contact | undefined {
  const value = normalizeEmail(typed)
  return value === undefined ? undefined : { kind: 'email', value, phoneLast10: null }
}

/** What a person typed into one of the two fields. Undefined unless exactly one is there and readable. */
export function readContact(typed: { phone?: string | undefined; email?: string | undefined }): Contact | undefined {
  if ((typed.phone === undefined) === (typed.email === undefined)) return undefined
  return typed.phone === undefined ? readEmail(typed.email ?? '') : readPhone(typed.phone)
}
