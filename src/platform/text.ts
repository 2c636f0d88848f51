/**
 * Text from outside, made safe to store and to show: no NUL (SQLite's JSON functions cut text at it), no other control
 * characters, none that turn the direction of what stands around them, no half of a surrogate pair, no more than `maxLength`
 * characters. Blank becomes undefined.
 */
export function cleanText(text: string | null | undefined, maxLength: number): string | undefined {
  if (!text) return undefined
  const clean = text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n\r]|\p{Bidi_Control}/gu, '')
    .trim()
  return clean.slice(0, maxLength).toWellFormed() || undefined
}

/** Mail addresses are compared case-insensitively; anything without the shape of an address is not one. */
export function normalizeEmail(email: string): string | undefined {
  const address = email.trim().toLowerCase()
  return address.length <= 254 &&
    address.isWellFormed() &&
    /^[^\s\p{Cc}@]+@[^\s\p{Cc}@]+\.[^\s\p{Cc}@]+$/u.test(address)
    ? address
    : undefined
}
