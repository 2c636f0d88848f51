import type { By } from '../auth/actor.ts'
import { linkUnmatchedOf } from '../booking/link-unmatched.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { readEmail, readPhone } from './contact.ts'
import { insertClient } from './insert-client.ts'

export interface DeskClient {
  readonly name: string
  readonly surname: string
  /** Shown or confirmed at the desk: contacts of a user count as verified. */
  readonly phone: string | undefined
  readonly email: string | undefined
  /** He signed the current consent on paper. Without it the app asks him at his first sign-in. */
  readonly consentSigned: boolean
}

/**
 * Registers a client at the desk. Earlier visits that name the contact become his, with their bonuses (if a crash prevents
 * it, the cron does it).
 */
export async function createUser(
  ctx: Context,
  client: DeskClient,
  by: By,
): Promise<Result<{ userId: number; linkedBookings: number }, 'contact_taken' | 'validation_failed'>> {
  const phone = client.phone === undefined ? undefined : readPhone(client.phone)
  const email = client.email === undefined ? undefined : readEmail(client.email)
  if ((client.phone !== undefined && !phone) || (client.email !== undefined && !email)) {
    return { ok: false, refusal: 'validation_failed' }
  }
  const contacts = [phone, email].filter((contact) => contact !== undefined)
  const consent = client.consentSigned ? { version: ctx.config.consent.version, how: 'desk' as const } : undefined
  const { name, surname } = client
  const created = await insertClient(ctx, { name, surname, contacts, consent }, { by, action: 'user.create' })
  if (!created.ok) return created
  const { userId } = created.value
  return { ok: true, value: { userId, linkedBookings: await linkUnmatchedOf(ctx, userId) } }
}
