/**
 * The client's code: three letters, five digits. Letters are those that look the same in Latin and Cyrillic (as on
 * Russian number plates, without O, which looks like a zero), so a code read aloud, copied by hand or typed in the wrong
 * keyboard layout is still the same code.
 */
const LETTERS = 'ABCEHKMPTXY'

const CYRILLIC_TWINS = new Map([...'АВЕЁКМНОРСТУХІЅЈ'].map((letter, i) => [letter, 'ABEEKMHOPCTYXISJ'.charAt(i)]))

const DIGIT_TWINS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', З: '3' }

/** 11³ × 10⁵ = 133 million codes; `random` gives numbers in [0, 1). */
export function generateClientCode(random: () => number): string {
  const letter = () => LETTERS.charAt(Math.floor(random() * LETTERS.length))
  const digits = String(Math.floor(random() * 100_000)).padStart(5, '0')
  return letter() + letter() + letter() + digits
}

/**
 * A code as people type it (any case, spaces or dashes inside, Cyrillic letters that look Latin, O for zero) → canonical
 * form, or undefined if it cannot be a code.
 */
export function parseClientCode(typed: string): string | undefined {
  const code = parseCodeBeginning(typed)
  return code?.length === 8 ? code : undefined
}

/** The same for a code of which people have typed three signs or more so far. */
export function parseCodeBeginning(typed: string): string | undefined {
  const compact = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s\-–—_.]/g, '')
  const latin = (symbol: string) => CYRILLIC_TWINS.get(symbol) ?? symbol
  const letters = [...compact.slice(0, 3)].map(latin).join('')
  const digits = [...compact.slice(3)].map((symbol) => DIGIT_TWINS[latin(symbol)] ?? symbol).join('')
  return /^[A-Z]{3}$/.test(letters) && /^\d{0,5}$/.test(digits) ? letters + digits : undefined
}

/**
 * The code in a visit's comment. It must follow the word «код» ("Код клиента: ABC12345") or "code": a comment may hold
 * certificate and order numbers of the same shape, and those must not give a visit to somebody.
 */
export function findClientCode(comment: string): string | undefined {
  const labelled =
    /(?:код|code)(?:\s+клиента|\s+client)?\s*[:№#=-]?\s*((?:[\p{L}\d][\s-]?){7}[\p{L}\d])(?![\p{L}\d])/giu
  for (const match of comment.matchAll(labelled)) {
    const code = parseClientCode(match[1] ?? '')
    if (code) return code
  }
  return undefined
}
