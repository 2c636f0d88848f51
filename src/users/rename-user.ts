import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { cleanText } from '../platform/text.ts'
import { foldName } from './fold-name.ts'
import { setName, userById } from './users.store.ts'

/** Changes what is given of a client's name. False if there is no such client (any more). */
export async function renameUser(
  ctx: Context,
  userId: number,
  given: { name: string | undefined; surname: string | undefined },
  by: By,
): Promise<boolean> {
  const { db } = ctx
  const [user] = await userById(db, userId)
  if (!user) return false
  const name = cleanText(given.name, 100) ?? user.name
  const surname = given.surname === undefined ? user.surname : (cleanText(given.surname, 100) ?? '')
  const now = ctx.now()
  const after = { name: name !== user.name, surname: surname !== user.surname }
  const [changed] = await db.batch([
    setName(db, userId, { name, surname, searchName: foldName(`${name} ${surname}`.trim()) }, now),
    writeAudit(
      db,
      { by, action: 'user.rename', entity: 'user', entityId: String(userId), after, when: somethingChanged },
      now,
    ),
  ])
  return changed.changes > 0
}
