import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { type Consent, consentsOfUser, recordConsent } from './consents.store.ts'

/** Agrees to the current version of the document, which may have changed since the client signed in. */
export async function giveConsent(
  ctx: Context,
  userId: number,
  version: string,
  by: By,
): Promise<Result<readonly Consent[], 'consent_required'>> {
  // He agreed to a text that he was shown earlier and that is not ours any more.
  if (version !== ctx.config.consent.version) return { ok: false, refusal: 'consent_required' }
  const { db } = ctx
  const consent = { userId, version, how: 'signed_in' as const, requestId: by.requestId }
  const [, consents] = await db.batch([recordConsent(db, consent, ctx.now()), consentsOfUser(db, userId)])
  return { ok: true, value: consents }
}
