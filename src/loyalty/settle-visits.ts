import { completedVisits, writeAccruedPoints } from '../booking/booking.statements.ts'
import type { Context } from '../context.ts'
import { pointsExpireAt } from './lifetime.ts'
import { appendSettlement, clearDueVisits, readDueVisits, readLevels } from './loyalty.store.ts'
import { settleVisits, spendBeforeEach } from './settlement.ts'

export interface Settled {
  readonly visits: number
  readonly entries: number
}

/**
 * Makes a client's ledger agree with all visits marked for him: one read and one transaction, however many visits.
 * Runs only inside the client's BonusLedger.
 */
export async function settleMarkedVisits(ctx: Context, userId: number): Promise<Settled> {
  const { db, config } = ctx
  const [due, completed, levels] = await db.batch([
    readDueVisits(db, userId),
    completedVisits(db, userId),
    readLevels(db),
  ])
  if (due.length === 0) return { visits: 0, entries: 0 }
  const marks = due.map(({ bookingId, generation }) => ({ bookingId, generation }))
  if (due[0]?.mergedInto != null) {
    // Marked for him by whoever knew him before he was merged; the other one is marked, too.
    await clearDueVisits(db, userId, marks)
    return { visits: 0, entries: 0 }
  }
  const spendBefore = spendBeforeEach(completed)
  const visits = due.map((visit) => ({ ...visit, spendBeforeKopecks: spendBefore.get(visit.bookingId) ?? 0 }))
  const entries = settleVisits(userId, visits, levels)
  const now = ctx.now()
  const clear = clearDueVisits(db, userId, marks)
  if (entries.length === 0) {
    await clear
  } else {
    await db.batch([
      appendSettlement(
        db,
        userId,
        entries,
        pointsExpireAt(now, config.bonusLifetimeMonths, config.branchTimezone),
        now,
      ),
      writeAccruedPoints(
        db,
        entries.map(({ bookingId, points }) => ({ bookingId, addPoints: points })),
        now,
      ),
      clear,
    ])
  }
  for (const entry of entries) {
    ctx.log.info(`bonuses.${entry.kind}`, { user_id: userId, booking_id: entry.bookingId, points: entry.points })
  }
  return { visits: due.length, entries: entries.length }
}
