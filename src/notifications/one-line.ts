/** Text of others inside a message of ours: on one line, without characters that do something. Pure. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Not longer than this, cut with a sign of it. Pure. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text
  if (length <= 0) return ''
  // Not through the middle of a character that takes two places.
  return `${text
    .slice(0, length - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
