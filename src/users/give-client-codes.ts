import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { generateClientCode } from './client-code.ts'
import { countWithoutCode, setCodes, usersWithoutCode } from './codes.store.ts'
import { retiredCodeHash } from './erased-person.ts'

const CLIENTS_AT_A_TIME = 500

/**
 * Makes codes for clients who have none, some hundred at a time; codes that are there stay. To be repeated until nobody remains;
 * a drawn code that somebody has or had already leaves its client for the next time.
 */
export async function giveClientCodes(ctx: Context, by: By): Promise<{ given: number; remaining: number }> {
  const { db } = ctx
  const clients = await usersWithoutCode(db, CLIENTS_AT_A_TIME)
  if (clients.length === 0) return { given: 0, remaining: 0 }
  const drawn = await Promise.all(
    clients.map(async ({ id }) => {
      const code = generateClientCode(ctx.random)
      return { id, code, hash: await retiredCodeHash(code) }
    }),
  )
  const now = ctx.now()
  const audit = {
    by,
    action: 'user.give_codes',
    entity: 'user',
    entityId: 'all',
    before: { drawn: drawn.length },
    when: somethingChanged,
  }
  const [given, , [left]] = await db.batch([setCodes(db, drawn, now), writeAudit(db, audit, now), countWithoutCode(db)])
  ctx.log.info('user.codes_given', { given: given.changes })
  return { given: given.changes, remaining: left?.clients ?? 0 }
}
