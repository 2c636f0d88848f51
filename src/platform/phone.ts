/** Digits of a telephone number as typed by anyone: "+7 (916) 123-45-67" → "79161234567". */
export function phoneDigits(phone: string): string {
  return phone.replace(/\D/g, '')
}

/**
 * The part that identifies a Russian subscriber whatever the prefix (+7, 7, 8, none): the last ten digits.
 * Shorter numbers identify nobody and give undefined.
 */
export function phoneLast10(phone: string): string | undefined {
  const digits = phoneDigits(phone)
  return digits.length >= 10 && digits.length <= 15 ? digits.slice(-10) : undefined
}

/** Russian forms of a number → E.164 ("+79161234567"); other countries keep their digits. Undefined if too short. */
export function toE164(phone: string): string | undefined {
  const digits = phoneDigits(phone)
  if (digits.length === 10) return `+7${digits}`
  if (digits.length === 11 && digits.startsWith('8')) return `+7${digits.slice(1)}`
  return digits.length >= 11 && digits.length <= 15 ? `+${digits}` : undefined
}
