const MIN_LENGTH = 12
/** Longer ones cost work and add nothing. */
export const MAX_PASSWORD_LENGTH = 128
const MIN_DIFFERENT = 5
/** Shorter names occur in good passwords by chance. */
const MIN_NAME_LENGTH = 4

/** Would somebody guess it? Too short, too monotonous, or built around the name in the e-mail address. Pure. */
export function isWeakPassword(password: string, email: string): boolean {
  const characters = [...password.normalize('NFKC')]
  if (characters.length < MIN_LENGTH || characters.length > MAX_PASSWORD_LENGTH) return true
  if (new Set(characters).size < MIN_DIFFERENT) return true
  const name = email.toLowerCase().split('@')[0] ?? ''
  return name.length >= MIN_NAME_LENGTH && password.normalize('NFKC').toLowerCase().includes(name)
}
