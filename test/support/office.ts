import { env } from 'cloudflare:workers'
import { hashPassword } from '../../src/admin/password.ts'
import type { Role } from '../../src/auth/actor.ts'
import type { Context } from '../../src/context.ts'
import { type Config, parseConfig } from '../../src/platform/config.ts'
import { row } from './salon.ts'
import { startWorld, type World } from './world.ts'

export const PASSWORD = 'тихий горный ручей'
export const OTHER_PASSWORD = 'другой горный ручей'
export const WRONG = { password: 'не тот пароль совсем' }
export const SESSION = '/api/v1/admin/session'
/** What a browser adds to requests of the panel itself. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' }

/** Does it so many times at once. */
export const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

export const statuses = (answers: readonly Response[]): number[] => answers.map(({ status }) => status).sort()

/** A world whose passwords cost nothing to hash: tests of the hash itself take the real cost. */
export const startOffice = (settings: Partial<Config> = {}, replaced: Partial<Context> = {}): World =>
  startWorld({ passwordCost: { ln: 4, r: 8, p: 1 }, config: { ...parseConfig(env), ...settings }, ...replaced })

export async function addAdmin(
  world: World,
  fields: { email?: string; role?: Role; password?: string | null; active?: boolean } = {},
): Promise<number> {
  const { email = 'olga@spa.test', role = 'owner', password = PASSWORD, active = true } = fields
  const hash = password === null ? null : await hashPassword(password, world.ctx)
  const { id } = await row<{ id: number }>(
    // The first ids belong to the administrators whom the world makes by itself.
    `insert into admins (id, email, name, role, password_hash, active, created_at, updated_at)
    select max(10, coalesce(max(id), 0)) + 1, ?, 'Ольга', ?, ?, ?, 0, 0 from admins returning id`,
    email,
    role,
    hash,
    active ? 1 : 0,
  )
  return id
}

export interface Attempt {
  readonly email?: string
  readonly password?: string
  readonly session?: 'cookie' | 'bearer'
  readonly device_token?: string
  readonly headers?: Record<string, string>
}

/** Tries to sign in. */
export const attempt = (world: World, { headers, ...credentials }: Attempt = {}): Promise<Response> =>
  world.call('POST', '/api/v1/admin/login', {
    body: { email: 'olga@spa.test', password: PASSWORD, session: 'bearer', ...credentials },
    ...(headers && { headers }),
  })

export const from = (address: string): { headers: Record<string, string> } => ({
  headers: { 'cf-connecting-ip': address },
})

/** A bearer token of somebody who signs in for real. */
export async function tokenFor(world: World, credentials: Attempt = {}): Promise<string> {
  const answer = await attempt(world, credentials)
  const { token } = await answer.json<{ token: string }>()
  if (answer.status !== 200) throw new Error(`no sign-in: ${answer.status}`)
  return token
}

/** What a browser would send back of the cookies of an answer. */
export const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

export const withCookie = (cookie: string, more: Record<string, string> = {}): { headers: Record<string, string> } => ({
  headers: { cookie, ...more },
})

/** The cookies of a browser in which an administrator has just signed in; `headers` may hold those of before. */
export async function signInBrowser(
  world: World,
  headers: Record<string, string> = {},
  credentials: Attempt = {},
): Promise<string> {
  const answer = await attempt(world, { ...credentials, session: 'cookie', headers })
  if (answer.status !== 200) throw new Error(`no sign-in: ${answer.status}`)
  return cookiesOf(answer)
}

/** The newest line of the audit log, its details spread. */
export async function lastAudit(): Promise<Record<string, unknown>> {
  const { details, ...entry } = await row<{ details: string }>(
    'select actor, role, action, entity, entity_id, details from audit_log order by id desc',
  )
  return { ...entry, ...JSON.parse(details) }
}

/** The code of a problem. */
export const codeOf = async (answer: Response): Promise<string | undefined> =>
  (await answer.json<{ code?: string }>()).code
