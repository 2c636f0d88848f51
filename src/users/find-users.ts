import type { Context } from '../context.ts'
import { phoneLast10 } from '../platform/phone.ts'
import { normalizeEmail } from '../platform/text.ts'
import { parseClientCode, parseCodeBeginning } from './client-code.ts'
import { foldName } from './fold-name.ts'
import { whoIsLeft } from './merges.store.ts'
import type { User } from './user.ts'
import { userByCode, userById, usersByKey, usersByPart } from './users.store.ts'

/** Fewer signs would find half the salon. */
const SHORTEST_SEARCH = 3
/** So many last digits of a phone tell one client from most others. */
const FEWEST_DIGITS = 4

/** The same while somebody is still typing; undefined if that is too short to look for anybody. */
export async function searchUsers(
  ctx: Context,
  query: string,
  page: { afterId: number; limit: number },
): Promise<readonly User[] | undefined> {
  const signs = query.replace(/\s/g, '').length
  return signs < SHORTEST_SEARCH ? undefined : await findUsers(ctx, query, page)
}

/**
 * Clients by whatever the administrator typed: code (in any spelling), phone, e-mail, or words of the name; also by the beginning
 * of a code or an e-mail and by the last digits of a phone.
 */
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
  const beginning = parseCodeBeginning(query) ?? null
  // Nobody's name is a number, an address or the beginning of a code with its digits.
  const mayBeName = /\p{L}/u.test(query) && !query.includes('@') && !(beginning && beginning.length > 3)
  const parts = {
    code: beginning,
    phoneEnd: phoneEndOf(query),
    email: /^[^\s@]{3,}(@\S*)?$/.test(query) ? query.toLowerCase() : null,
    words: mayBeName ? words : [],
  }
  return await usersByPart(ctx.db, parts, page)
}

/** The last digits of a phone, if nothing else was typed. */
function phoneEndOf(query: string): string | null {
  const digits = query.replace(/\D/g, '')
  return /^[\d\s()+-]+$/.test(query) && digits.length >= FEWEST_DIGITS ? digits : null
}

/** The client with this code, typed by a person. */
export async function findUserByCode(ctx: Context, typed: string): Promise<User | undefined> {
  const code = parseClientCode(typed)
  return code === undefined ? undefined : (await userByCode(ctx.db, code))[0]
}

export async function findUserById(ctx: Context, id: number): Promise<User | undefined> {
  return (await userById(ctx.db, id))[0]
}

/** Who is left of this client: himself, or the one into whom he was merged. */
export async function findUserLeft(ctx: Context, id: number): Promise<User | undefined> {
  const [left] = await whoIsLeft(ctx.db, id)
  return left && (await findUserById(ctx, left.id))
}
