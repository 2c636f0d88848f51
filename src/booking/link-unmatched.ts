import { type IdentityHit, identityKeys, indexHits, matchClient } from '../auth/match-client.ts'
import { identitiesOfUser, identityHits } from '../auth/users.statements.ts'
import type { Context } from '../context.ts'
import { settleBookings } from '../loyalty/settle-bookings.ts'
import { linkByRules, newestUnmatched, type UnmatchedBooking, unmatchedNaming } from './booking.store.ts'

const LIMIT = 500

/** A client appeared or proved a contact: earlier visits that name him become his, and their bonuses follow. */
export async function linkUnmatchedOf(ctx: Context, userId: number): Promise<number> {
  const keys = await identitiesOfUser(ctx.db, userId)
  return await link(ctx, await unmatchedNaming(ctx.db, keys, LIMIT))
}

/** The same for the newest unmatched visits of anybody: what fell between a registration and a webhook. */
export async function linkNewestUnmatched(ctx: Context): Promise<number> {
  return await link(ctx, await newestUnmatched(ctx.db, LIMIT))
}

async function link(ctx: Context, visits: readonly UnmatchedBooking[]): Promise<number> {
  if (visits.length === 0) return 0
  const hits: IdentityHit[] = await identityHits(ctx.db, visits.flatMap(identityKeys))
  const index = indexHits(hits)
  const links = visits.flatMap((visit) => {
    const outcome = matchClient(visit, index)
    return outcome.userId === null
      ? []
      : { id: visit.id, revision: visit.revision, userId: outcome.userId, by: outcome.by }
  })
  if (links.length === 0) return 0
  const linked = await linkByRules(ctx.db, links, ctx.now())
  for (const { id, userId } of linked) ctx.log.info('booking.linked', { booking_id: id, user_id: userId })
  await settleBookings(ctx, [...new Set(linked.map((row) => row.userId))])
  return linked.length
}
