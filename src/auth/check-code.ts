import type { Context } from '../context.ts'
import { parkAlarm } from '../ops/park-work.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Result } from '../platform/outcome.ts'
import { sameSecret } from '../platform/secrets.ts'
import type { Contact } from '../users/contact.ts'
import { consumeCode, takeAttempt } from './codes.store.ts'
import { codeHash, contactHash, guessingLimits, WRONG_GUESSES } from './one-time-code.ts'
import { type TooMany, takeAllowance } from './take-allowance.ts'

/** A right code that is not used up yet. */
export interface RightCode {
  readonly contactHash: string
  readonly codeHash: string
}

export interface Guess {
  readonly contact: Contact
  readonly code: string
  /** What `requestCode` gave to whoever asked for the code; undefined from anybody else. */
  readonly challenge: string | undefined
  readonly address: string
}

/** Spends one attempt on a code. A right one stays usable until `useCode`, so that other conditions can be asked first. */
export async function checkCode(
  ctx: Context,
  guess: Guess,
): Promise<Result<RightCode, 'code_wrong' | 'code_expired'> | TooMany> {
  const allowance = await takeAllowance(ctx, await guessingLimits(ctx, guess.address))
  if (!allowance.ok) return allowance
  const hashOfContact = await contactHash(ctx, guess.contact)
  const guessed = await codeHash(ctx, hashOfContact, guess.code)
  const challengeHash = guess.challenge === undefined ? null : await sha256Hex(guess.challenge)
  const [live] = await takeAttempt(ctx.db, { contactHash: hashOfContact, challengeHash }, ctx.now())
  if (!live) return { ok: false, refusal: 'code_expired' }
  if (!(await sameSecret(guessed, live.codeHash))) {
    await noteWrongGuess(ctx)
    return { ok: false, refusal: 'code_wrong' }
  }
  return { ok: true, value: { contactHash: hashOfContact, codeHash: guessed } }
}

/** Guessing at many accounts at once shows in the sum only: nobody is refused for it, but the owner has to know. */
async function noteWrongGuess(ctx: Context): Promise<void> {
  const allowance = await takeAllowance(ctx, [WRONG_GUESSES])
  if (!allowance.ok) await parkAlarm(ctx, 'codes:guessed', 'unusually many wrong one-time codes today')
}

/** Uses a right code up. False if another request was quicker, or time is up. */
export async function useCode(ctx: Context, code: RightCode): Promise<boolean> {
  return (await consumeCode(ctx.db, code, ctx.now())).changes > 0
}
