import type { Context } from '../context.ts'
import { type Consent, consentsOfUser } from './consents.store.ts'

/** What the client agreed to, newest first. */
export async function listConsents(ctx: Context, userId: number): Promise<readonly Consent[]> {
  return await consentsOfUser(ctx.db, userId)
}
