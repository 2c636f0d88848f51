import type { By } from '../auth/actor.ts'
import { type RightCode, useCode } from '../auth/check-code.ts'
import { linkUnmatchedOf } from '../booking/link-unmatched.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { cleanText } from '../platform/text.ts'
import type { Contact } from './contact.ts'
import { insertClient } from './insert-client.ts'

export interface DeskClient {
  readonly name: string
  readonly surname: string
  readonly contact: Contact
  /** That came to the contact and that the client told at the desk. */
  readonly code: RightCode
  /** He signed the current consent on paper. Without it the app asks him at his first sign-in. */
  readonly consentSigned: boolean
}

/**
 * Registers a client at the desk, by a code like in the app: earlier visits that name the contact become his, with their
 * bonuses, so a contact that was merely typed would give them away.
 */
export async function createUser(
  ctx: Context,
  { name, surname, contact, code, consentSigned }: DeskClient,
  by: By,
): Promise<Result<{ userId: number; linkedBookings: number }, 'contact_taken' | 'code_expired' | 'validation_failed'>> {
  const cleanName = cleanText(name, 100)
  if (cleanName === undefined) return { ok: false, refusal: 'validation_failed' }
  if (!(await useCode(ctx, code))) return { ok: false, refusal: 'code_expired' }
  const consent = consentSigned ? { version: ctx.config.consent.version, how: 'desk' as const } : undefined
  const client = { name: cleanName, surname: cleanText(surname, 100) ?? '', contacts: [contact], consent }
  const created = await insertClient(ctx, client, { by, action: 'user.create' })
  if (!created.ok) return created
  const { userId } = created.value
  return { ok: true, value: { userId, linkedBookings: await linkUnmatchedOf(ctx, userId) } }
}
