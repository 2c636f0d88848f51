import type { Context } from '../context.ts'
import { settleSoon } from '../loyalty/settle-bookings.ts'
import { DAY_MS } from '../platform/time.ts'
import { type IdentityHit, identityKeys, indexHits, matchClient } from '../users/match-client.ts'
import { identitiesOfUser, identitiesVerifiedSince, identityHits } from '../users/users.statements.ts'
import { linkByRules, type UnmatchedBooking, unmatchedNaming } from './booking.store.ts'

const VISITS_AT_A_TIME = 500
const LOOK_BACK_MS = 2 * DAY_MS

type Keys = readonly { kind: IdentityHit['kind']; key: string }[]

/** A client appeared or proved a contact: earlier visits that name him become his, and their bonuses follow. */
export async function linkUnmatchedOf(ctx: Context, userId: number): Promise<number> {
  return await linkNaming(ctx, await identitiesOfUser(ctx.db, userId))
}

/** The same for all who appeared lately: what fell between a registration and a webhook, or was cut off by a crash. */
export async function linkUnmatchedOfNewcomers(ctx: Context): Promise<number> {
  return await linkNaming(ctx, await identitiesVerifiedSince(ctx.db, ctx.now() - LOOK_BACK_MS))
}

async function linkNaming(ctx: Context, keys: Keys): Promise<number> {
  if (keys.length === 0) return 0
  for (let total = 0; ; ) {
    const visits = await unmatchedNaming(ctx.db, keys, VISITS_AT_A_TIME)
    const linked = await link(ctx, visits)
    total += linked
    // What is left names several clients, and waits for a person.
    if (linked === 0 || visits.length < VISITS_AT_A_TIME) return total
  }
}

async function link(ctx: Context, visits: readonly UnmatchedBooking[]): Promise<number> {
  if (visits.length === 0) return 0
  const index = indexHits(await identityHits(ctx.db, visits.flatMap(identityKeys)))
  const links = visits.flatMap((visit) => {
    const outcome = matchClient(visit, index)
    return outcome.userId === null
      ? []
      : { id: visit.id, revision: visit.revision, userId: outcome.userId, by: outcome.by }
  })
  if (links.length === 0) return 0
  const linked = await linkByRules(ctx.db, links, ctx.now())
  for (const { id, userId } of linked) ctx.log.info('booking.linked', { booking_id: id, user_id: userId })
  await settleSoon(ctx, [...new Set(linked.map((row) => row.userId))])
  return linked.length
}
