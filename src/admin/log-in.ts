import { ADMIN_TOKEN_PREFIX } from '../auth/authenticate.ts'
import { callerPart, widestCallerPart } from '../auth/caller-part.ts'
import { giveBack, type Limit, type TooMany, takeAllowance } from '../auth/take-allowance.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import { randomToken } from '../platform/secrets.ts'
import { normalizeEmail } from '../platform/text.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { type Admin, type SessionKind, toAdmin } from './admin.ts'
import { type AdminRow, adminByEmail, insertSession, replacePassword } from './admins.store.ts'
import { readDevice, signDevice } from './known-device.ts'
import { checkPassword, hashPassword } from './password.ts'

/** A working day for the panel; a month for a command line, where typing a password into scripts would be worse. */
export const SESSION_MS: Readonly<Record<SessionKind, number>> = { cookie: 12 * HOUR_MS, bearer: 30 * DAY_MS }

const WINDOW_MS = 15 * MINUTE_MS
const ATTEMPTS = 5
/** From everywhere but known devices: many networks together are no way to guess more. */
const ATTEMPTS_AT_EMAIL = 100
/** Whatever the e-mail: each attempt costs us a hash and rows, also for somebody who does not exist. */
const ATTEMPTS_OF_NETWORK = 300

export interface LogInRequest {
  /** As typed. */
  readonly email: string
  readonly password: string
  readonly kind: SessionKind
  /** What the browser or command line keeps from an earlier sign-in. */
  readonly deviceToken: string | undefined
  /** Network address. */
  readonly address: string
  readonly requestId: string
}

export interface LoggedIn {
  readonly admin: Admin
  readonly token: string
  readonly expiresAt: number
  /** For the browser or command line to keep. */
  readonly deviceToken: string
}

export type LogInResult =
  | { readonly ok: true; readonly value: LoggedIn }
  | { readonly ok: false; readonly refusal: 'wrong_credentials' }
  | TooMany

/**
 * Signs an administrator in with e-mail and password. Attempts are counted before the password is looked at, so that requests
 * at once get no more of them; who uses them up locks out himself, or strangers only (see `limitsOf`).
 */
export async function logIn(ctx: Context, request: LogInRequest): Promise<LogInResult> {
  // Nobody has the empty address.
  const email = normalizeEmail(request.email) ?? ''
  const [found] = await adminByEmail(ctx.db, email)
  const device = await readDevice(ctx, request.deviceToken)
  const known = found && device?.adminIds.includes(found.id) ? device.deviceId : undefined
  const limits = await limitsOf(ctx, email, known, request.address)
  const allowance = await takeAllowance(ctx, limits)
  if (!allowance.ok) return allowance

  let started = await startSession(ctx, request, found)
  if (started === 'changed meanwhile') {
    // Most likely his other sign-in has just brought the hash up to date: the same password is right for the new one, too.
    const [again] = await adminByEmail(ctx.db, email)
    started = await startSession(ctx, request, again)
  }
  if (typeof started === 'string') {
    ctx.log.warn('admin.login_refused', { request_id: request.requestId, admin_id: found?.id })
    return { ok: false, refusal: 'wrong_credentials' }
  }
  await giveBack(
    ctx,
    limits.slice(0, 1).map(({ key }) => key),
  )
  return { ok: true, value: { ...started, deviceToken: await signDevice(ctx, started.admin.id, device) } }
}

/** Checks the password and writes a session, if the administrator is still as he was found when it comes to that. */
async function startSession(
  ctx: Context,
  request: LogInRequest,
  found: AdminRow | undefined,
): Promise<Omit<LoggedIn, 'deviceToken'> | 'wrong' | 'changed meanwhile'> {
  const { db } = ctx
  const hash = found?.active ? found.passwordHash : null
  const check = await checkPassword(request.password, hash, ctx.passwordCost)
  if (check === 'wrong' || !found || hash === null) return 'wrong'

  const now = ctx.now()
  const secret = randomToken(ctx.randomBytes)
  const token = request.kind === 'bearer' ? `${ADMIN_TOKEN_PREFIX}${secret}` : secret
  const session = { tokenHash: await sha256Hex(token), kind: request.kind, expiresAt: now + SESSION_MS[request.kind] }
  const audit = {
    by: { actor: `admin:${found.id}`, role: found.role, requestId: request.requestId },
    action: 'admin.login',
    entity: 'admin',
    entityId: String(found.id),
    after: { session: request.kind },
    when: somethingChanged,
  }
  const [made] = await db.batch([
    insertSession(db, { ...session, adminId: found.id, passwordHash: hash }, now),
    writeAudit(db, audit, now),
    ...(check === 'right'
      ? []
      : [replacePassword(db, { id: found.id, from: hash, to: await hashPassword(request.password, ctx) }, now)]),
  ])
  return made[0] ? { admin: toAdmin(found), token, expiresAt: session.expiresAt } : 'changed meanwhile'
}

/**
 * What an attempt is counted against, first that which a success gives back. On a device where this administrator has
 * signed in before, attempts count for that device alone, so that nobody elsewhere can use them up. For strangers they
 * count for the e-mail and the network together, for the e-mail from wherever, and for the network whatever the e-mail.
 */
async function limitsOf(
  ctx: Context,
  email: string,
  deviceId: string | undefined,
  address: string,
): Promise<readonly Limit[]> {
  const [secret] = ctx.config.secrets
  const limit = async (attempts: number, ...of: string[]): Promise<Limit> => ({
    key: `admin-login:${await keyedHash(secret, 'admin-login', ...of)}`,
    limit: attempts,
    windowMs: WINDOW_MS,
  })
  if (deviceId !== undefined) return [await limit(ATTEMPTS, 'device', email, deviceId)]
  return [
    await limit(ATTEMPTS, 'email in network', email, callerPart(address)),
    await limit(ATTEMPTS_AT_EMAIL, 'email', email),
    await limit(ATTEMPTS_OF_NETWORK, 'network', widestCallerPart(address)),
  ]
}
