import type { Context } from '../context.ts'
import { lastOfPage, suspectedPairs } from './duplicates.store.ts'
import { SHARED } from './shared.ts'
import type { User } from './user.ts'
import { usersByIds } from './users.store.ts'

const CLIENTS_A_PAGE = 500
const PAIRS_A_PAGE = 40

export interface Suspicion {
  readonly users: readonly User[]
  /** What the two have in common. */
  readonly shared: readonly (typeof SHARED)[number][]
}

/**
 * Pairs of clients who may be one person: visits of the one name a contact of the other, both have visits under one card of
 * YClients, or they have the same name and surname. For people to judge, since families share phones and cards. Looks at the
 * clients in order of their ids, some hundred at a time; a pair may come twice, once from either side.
 */
export async function findDuplicates(
  ctx: Context,
  afterId: number,
): Promise<{ pairs: readonly Suspicion[]; nextAfterId: number | undefined }> {
  const { db } = ctx
  const page = { afterId, rows: CLIENTS_A_PAGE }
  const [found, [last]] = await db.batch([suspectedPairs(db, page, PAIRS_A_PAGE + 1), lastOfPage(db, page)])
  const pairs = found.slice(0, PAIRS_A_PAGE)
  const users = new Map(
    pairs.length === 0
      ? []
      : (await usersByIds(db, [...new Set(pairs.flatMap(({ userId, otherId }) => [userId, otherId]))])).map((user) => [
          user.id,
          user,
        ]),
  )
  return {
    pairs: pairs.flatMap(({ userId, otherId, shared }) => {
      const two = [userId, otherId].sort((a, b) => a - b).flatMap((id) => users.get(id) ?? [])
      return two.length === 2 ? { users: two, shared: SHARED.filter((what) => shared.split(',').includes(what)) } : []
    }),
    nextAfterId: nextAfter(found, last),
  }
}

/** Goes on with the client whose pairs did not all fit, unless they are all of one client. */
function nextAfter(
  found: readonly { userId: number }[],
  last: { lastId: number | null; clients: number } | undefined,
): number | undefined {
  const cutAt = found[PAIRS_A_PAGE]?.userId
  if (cutAt !== undefined) return cutAt === found[0]?.userId ? cutAt : cutAt - 1
  return last && last.lastId !== null && last.clients === CLIENTS_A_PAGE ? last.lastId : undefined
}
