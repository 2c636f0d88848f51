import { type VisitCounts, visitCounts } from '../booking/visit-counts.statements.ts'
import type { Context } from '../context.ts'
import { getLoyalty, type Loyalty } from '../loyalty/get-loyalty.ts'
import { DAY_MS } from '../platform/time.ts'
import { type Consent, consentsOfUser } from './consents.store.ts'
import { contactsOfUser, type StoredContact } from './contacts.store.ts'
import { mergedCodesOf, whoIsLeft } from './merges.store.ts'
import { type Person, personById } from './personal-data.store.ts'

/** What the desk calls a recent visit. */
const RECENT_MS = 90 * DAY_MS

export interface ClientCard {
  readonly person: Person
  readonly contacts: readonly StoredContact[]
  readonly consents: readonly Consent[]
  /** Of clients who were merged into this one; they still find him. */
  readonly mergedCodes: readonly string[]
  readonly visits: VisitCounts
  readonly loyalty: Loyalty
}

/** All that the desk wants to see of a client at once. Whoever was merged into another is that other one. */
export async function getClientCard(ctx: Context, id: number): Promise<ClientCard | undefined> {
  const { db } = ctx
  const [left] = await whoIsLeft(db, id)
  if (!left) return undefined
  const now = ctx.now()
  const [[[person], contacts, consents, codes, [visits]], loyalty] = await Promise.all([
    db.batch([
      personById(db, left.id),
      contactsOfUser(db, left.id),
      consentsOfUser(db, left.id),
      mergedCodesOf(db, left.id),
      visitCounts(db, left.id, { now, since: now - RECENT_MS }),
    ]),
    getLoyalty(ctx, left.id),
  ])
  // Without a balance he is erased.
  if (!person || !visits || !loyalty) return undefined
  return { person, contacts, consents, mergedCodes: codes.map(({ code }) => code), visits, loyalty }
}

/** Whom to ask about when somebody names this client: himself, or the one into whom he was merged. */
export async function findWhoIsLeft(ctx: Context, id: number): Promise<number | undefined> {
  return (await whoIsLeft(ctx.db, id))[0]?.id
}
