import { ADMIN_TOKEN_PREFIX } from '../auth/authenticate.ts'
import { callerPart } from '../auth/caller-part.ts'
import { giveBack, type Limit, type TooMany, takeAllowance } from '../auth/take-allowance.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import { keyedHash, sha256Hex } from '../platform/hash.ts'
import { randomToken } from '../platform/secrets.ts'
import { normalizeEmail } from '../platform/text.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import { type Admin, type SessionKind, toAdmin } from './admin.ts'
import { adminByEmail, insertSession, replacePassword } from './admins.store.ts'
import { type KnownDevice, readDevice, signDevice } from './known-device.ts'
import { checkPassword, hashPassword } from './password.ts'

/** A working day for the panel; a month for a command line, where typing a password into scripts would be worse. */
export const SESSION_MS: Readonly<Record<SessionKind, number>> = { cookie: 12 * HOUR_MS, bearer: 30 * DAY_MS }

const WINDOW_MS = 15 * MINUTE_MS
const ATTEMPTS = 5
const ATTEMPTS_OF_ADDRESS = 30

export interface LogInRequest {
  /** As typed. */
  readonly email: string
  readonly password: string
  readonly kind: SessionKind
  /** What the browser keeps from an earlier sign-in. */
  readonly deviceToken: string | undefined
  /** Network address. */
  readonly address: string
  readonly requestId: string
}

export interface LoggedIn {
  readonly admin: Admin
  readonly token: string
  readonly expiresAt: number
  /** For the browser to keep. */
  readonly deviceToken: string
}

export type LogInResult =
  | { readonly ok: true; readonly value: LoggedIn }
  | { readonly ok: false; readonly refusal: 'wrong_credentials' }
  | TooMany

/**
 * Signs an administrator in with e-mail and password. Attempts are counted before the password is looked at, so that requests
 * at once get no more of them; who uses them up locks out himself only (see `limitsOf`).
 */
export async function logIn(ctx: Context, request: LogInRequest): Promise<LogInResult> {
  const { db } = ctx
  // Nobody has the empty address.
  const email = normalizeEmail(request.email) ?? ''
  const [found] = await adminByEmail(db, email)
  const shown = await readDevice(ctx, request.deviceToken)
  const device = shown && shown.adminId === found?.id ? shown : undefined
  const limits = await limitsOf(ctx, email, device, request.address)
  const allowance = await takeAllowance(ctx, limits)
  if (!allowance.ok) return allowance

  const hash = found?.active ? found.passwordHash : null
  const check = await checkPassword(request.password, hash, ctx.passwordCost)
  if (check === 'wrong' || !found || hash === null) {
    ctx.log.warn('admin.login_refused', { request_id: request.requestId, admin_id: found?.id })
    return { ok: false, refusal: 'wrong_credentials' }
  }

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
  // Dismissed, or given another password, while this one was being checked.
  if (!made[0]) return { ok: false, refusal: 'wrong_credentials' }
  await giveBack(
    ctx,
    limits.slice(0, 1).map(({ key }) => key),
  )
  const deviceToken = await signDevice(ctx, found.id, device)
  return { ok: true, value: { admin: toAdmin(found), token, expiresAt: session.expiresAt, deviceToken } }
}

/**
 * What an attempt is counted against, first that which a success gives back. In a browser where this administrator has
 * signed in before, attempts count for that browser; elsewhere for the e-mail and the network address together, and for the
 * address alone whatever the e-mail. So nobody can use up the attempts of somebody else, and one address cannot try
 * one password on everybody.
 */
async function limitsOf(
  ctx: Context,
  email: string,
  device: KnownDevice | undefined,
  address: string,
): Promise<readonly Limit[]> {
  const [secret] = ctx.config.secrets
  const key = async (...parts: string[]) => `admin-login:${await keyedHash(secret, 'admin-login', ...parts)}`
  if (device) return [{ key: await key('device', email, device.deviceId), limit: ATTEMPTS, windowMs: WINDOW_MS }]
  const network = callerPart(address)
  return [
    { key: await key('network', email, network), limit: ATTEMPTS, windowMs: WINDOW_MS },
    { key: await key('network', network), limit: ATTEMPTS_OF_ADDRESS, windowMs: WINDOW_MS },
  ]
}
