import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { findContactOwner, registerClient } from '../users/register-client.ts'
import type { By } from './actor.ts'
import { checkCode, type Guess, useCode } from './check-code.ts'
import { type SessionTokens, startSession } from './start-session.ts'
import type { TooMany } from './take-allowance.ts'

export interface LoginRequest extends Guess {
  readonly name: string
  readonly surname: string
  /** The version of the consent that the client was shown and agreed to. */
  readonly consent: string | undefined
  /** What the app calls itself. */
  readonly device: string
}

export interface LoggedIn {
  readonly userId: number
  /** True for a client who was not known before. */
  readonly created: boolean
  readonly tokens: SessionTokens
}

/**
 * Signs a client in who shows the code that was sent to a contact, and registers him if the contact is nobody's. Without
 * consent to the current document nothing is stored, and the code stays good for another try with it.
 */
export async function logIn(
  ctx: Context,
  request: LoginRequest,
  by: By,
): Promise<Result<LoggedIn, 'code_wrong' | 'code_expired' | 'consent_required'> | TooMany> {
  const { contact, name, surname } = request
  const code = await checkCode(ctx, request)
  if (!code.ok) return code
  const { version } = ctx.config.consent
  const agreesNow = request.consent === version
  if (!agreesNow && !(await findContactOwner(ctx, contact))?.hasAgreed) {
    return { ok: false, refusal: 'consent_required' }
  }
  if (!(await useCode(ctx, code.value))) return { ok: false, refusal: 'code_expired' }
  const how = contact.kind === 'phone' ? ('phone_code' as const) : ('email_code' as const)
  const agreed = agreesNow ? { version, how } : undefined
  const { userId, created } = await registerClient(ctx, { contact, name, surname, agreed }, by)
  const tokens = await startSession(ctx, { userId, device: request.device })
  // Erased in this very moment: the contact is free again, and a new code registers him anew.
  if (!tokens) return { ok: false, refusal: 'code_expired' }
  ctx.log.info('auth.logged_in', { user_id: userId, created })
  return { ok: true, value: { userId, created, tokens } }
}
