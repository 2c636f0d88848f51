import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { sameSecret } from '../platform/secrets.ts'
import type { Contact } from '../users/contact.ts'
import { consumeCode, takeAttempt } from './codes.store.ts'
import { codeHash, contactHash, guessingLimits } from './one-time-code.ts'
import { type TooMany, takeAllowance } from './take-allowance.ts'

/** A right code that is not used up yet. */
export interface RightCode {
  readonly contactHash: string
  readonly codeHash: string
}

/** Spends one attempt on a code. A right one stays usable until `useCode`, so that other conditions can be asked first. */
export async function checkCode(
  ctx: Context,
  guess: { contact: Contact; code: string; address: string },
): Promise<Result<RightCode, 'code_wrong' | 'code_expired'> | TooMany> {
  const allowance = await takeAllowance(ctx, await guessingLimits(ctx, guess.address))
  if (!allowance.ok) return allowance
  const hashOfContact = await contactHash(ctx, guess.contact)
  const guessed = await codeHash(ctx, hashOfContact, guess.code)
  const [live] = await takeAttempt(ctx.db, hashOfContact, ctx.now())
  if (!live) return { ok: false, refusal: 'code_expired' }
  if (!(await sameSecret(guessed, live.codeHash))) return { ok: false, refusal: 'code_wrong' }
  return { ok: true, value: { contactHash: hashOfContact, codeHash: guessed } }
}

/** Uses a right code up. False if another request was quicker, or time is up. */
export async function useCode(ctx: Context, code: RightCode): Promise<boolean> {
  return (await consumeCode(ctx.db, code, ctx.now())).length > 0
}
