import type { By } from '../auth/actor.ts'
import { linkUnmatchedOf } from '../booking/link-unmatched.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { phoneLast10, toE164 } from '../platform/phone.ts'
import { normalizeEmail } from '../platform/text.ts'
import { foldName } from './fold-name.ts'
import { insertContactOfNewUser, insertUser, newestUserId } from './users.store.ts'

export interface NewClient {
  readonly name: string
  readonly surname: string
  /** Shown or confirmed at the desk: contacts of a user count as verified. */
  readonly phone: string | undefined
  readonly email: string | undefined
}

/**
 * Registers a client at the desk; user and contacts in one transaction, so a taken contact leaves no half user. Earlier visits
 * that name the contact become his, with their bonuses (if a crash prevents it, the cron does it).
 */
export async function createUser(
  ctx: Context,
  client: NewClient,
  by: By,
): Promise<Result<{ userId: number; linkedBookings: number }, 'contact_taken' | 'validation_failed'>> {
  const { db } = ctx
  const now = ctx.now()
  const phone = client.phone === undefined ? undefined : toE164(client.phone)
  const email = client.email === undefined ? undefined : normalizeEmail(client.email)
  if ((client.phone !== undefined && !phone) || (client.email !== undefined && !email)) {
    return { ok: false, refusal: 'validation_failed' }
  }
  const searchName = foldName(`${client.name} ${client.surname}`.trim())
  const audit = {
    by,
    action: 'user.create',
    entity: 'user',
    entityId: newestUserId,
    after: { phone: phone !== undefined, email: email !== undefined },
  }
  try {
    const [created] = await db.batch([
      insertUser(db, { name: client.name, surname: client.surname, searchName }, now),
      ...(phone
        ? [insertContactOfNewUser(db, { kind: 'phone', value: phone, phoneLast10: phoneLast10(phone) ?? null }, now)]
        : []),
      ...(email ? [insertContactOfNewUser(db, { kind: 'email', value: email, phoneLast10: null }, now)] : []),
      writeAudit(db, audit, now),
    ])
    const userId = created[0]?.id
    if (userId === undefined) throw new Error('the insert gave back no user')
    return { ok: true, value: { userId, linkedBookings: await linkUnmatchedOf(ctx, userId) } }
  } catch (error) {
    if (isRefusedWith(error, 'user_contacts.value')) return { ok: false, refusal: 'contact_taken' }
    throw error
  }
}
