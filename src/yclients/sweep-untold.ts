import { untoldBookings, untoldSince } from '../booking/yclients-link.statements.ts'
import type { Context } from '../context.ts'
import { closeTold } from '../ops/parked-work.statements.ts'
import { MINUTE_MS } from '../platform/time.ts'

/** Younger ones are being told just now. */
const GRACE_MS = 2 * MINUTE_MS
/** One `sendBatch` takes a hundred messages. */
const MESSAGES_PER_SEND = 100
const BOOKINGS_PER_SWEEP = 1000

/**
 * Sends to the queue what YClients still has to be told, wherever its message was lost; and closes what was parked and has been
 * told since.
 */
export async function sweepUntold(ctx: Context): Promise<number> {
  if (!ctx.config.yclients.enabled) return 0
  const now = ctx.now()
  const [untold] = await ctx.db.batch([
    untoldSince(ctx.db, now - GRACE_MS, BOOKINGS_PER_SWEEP),
    closeTold(ctx.db, untoldBookings, now),
  ])
  for (let start = 0; start < untold.length; start += MESSAGES_PER_SEND) {
    const part = untold.slice(start, start + MESSAGES_PER_SEND)
    await ctx.events.sendBatch(part.map(({ id }) => ({ body: { kind: 'write-booking' as const, bookingId: id } })))
  }
  return untold.length
}
