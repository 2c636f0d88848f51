import type { Context } from '../context.ts'
import { namesOfUsers } from './users.store.ts'

/** How the salon calls these clients; who has no name is left out. */
export async function findNames(ctx: Context, userIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await namesOfUsers(ctx.db, [...new Set(userIds)])
  return new Map(rows.map(({ id, name }) => [id, name]))
}
