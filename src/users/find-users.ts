import type { Context } from '../context.ts'
import { phoneLast10 } from '../platform/phone.ts'
import { normalizeEmail } from '../platform/text.ts'
import { parseClientCode } from './client-code.ts'
import { foldName } from './fold-name.ts'
import type { User } from './user.ts'
import { userByCode, userById, usersByKey, usersByName } from './users.store.ts'

/** Clients by whatever the administrator typed: code (in any spelling), phone, e-mail, or words of the name. */
export async function findUsers(
  ctx: Context,
  query: string,
  page: { afterId: number; limit: number },
): Promise<readonly User[]> {
  const code = parseClientCode(query) ?? null
  const email = normalizeEmail(query) ?? null
  const last10 = phoneLast10(query) ?? null
  if (code ?? email ?? last10) return await usersByKey(ctx.db, { code, email, phoneLast10: last10 }, page)
  const words = foldName(query).split(/\s+/).filter(Boolean).slice(0, 5)
  return words.length === 0 ? [] : await usersByName(ctx.db, words, page)
}

/** The client with this code, typed by a person. */
export async function findUserByCode(ctx: Context, typed: string): Promise<User | undefined> {
  const code = parseClientCode(typed)
  return code === undefined ? undefined : (await userByCode(ctx.db, code))[0]
}

export async function findUserById(ctx: Context, id: number): Promise<User | undefined> {
  return (await userById(ctx.db, id))[0]
}
