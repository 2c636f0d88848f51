import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createContext } from '../../src/context.ts'
import { settleMarkedVisits } from '../../src/loyalty/settle-visits.ts'
import type { Db } from '../../src/platform/db.ts'
import { applyRecords } from '../../src/yclients/apply-records.ts'
import type { RecordChange } from '../../src/yclients/record-change.ts'
import { addBooking, addUser, balanceOf, row, rows } from '../support/salon.ts'

const ctx = createContext(env)
const T = Date.UTC(2026, 8, 15, 9)

/** A context in which somebody else gets in between the first reading and the writing. */
function interrupted(between: () => Promise<unknown>) {
  let done = false
  const batch: Db['batch'] = async (statements) => {
    const results = await ctx.db.batch(statements)
    if (!done) {
      done = true
      await between()
    }
    return results
  }
  return { ...ctx, db: { ...ctx.db, batch } }
}

const change = (seconds: number, attendance: number): RecordChange => ({
  companyId: 235564,
  recordId: 5,
  origin: 'webhook',
  observedAt: T,
  changedAt: T + seconds * 1000,
  fields: {
    startsAt: T,
    durationMinutes: 60,
    items: [{ yclientsServiceId: 1, name: 'Массаж', priceKopecks: 100_000, amount: 1 }],
    phone: '+79000000001',
    attendance,
  },
})

test('a writer who read before a newer state was written does not overwrite it', async () => {
  await applyRecords(ctx, [change(0, 0)])
  const late = interrupted(() => applyRecords(ctx, [change(20, 1)]))
  const { outcomes } = await applyRecords(late, [change(10, 2)])
  expect(outcomes).toMatchObject([{ kind: 'stale' }])
  expect(await row('select status, revision from bookings')).toEqual({ status: 'completed', revision: 2 })
})

test('two writers who both saw no booking make one, and the newer state stays', async () => {
  const late = interrupted(() => applyRecords(ctx, [change(20, 1)]))
  const { outcomes } = await applyRecords(late, [change(10, 2)])
  expect(outcomes).toMatchObject([{ kind: 'stale' }])
  expect(await rows('select status from bookings')).toEqual([{ status: 'completed' }])
})

test('a link made by hand while a record was being applied stays', async () => {
  await applyRecords(ctx, [change(0, 0)])
  const userId = await addUser()
  const late = interrupted(() =>
    env.DB.prepare("update bookings set user_id = ?, client_match = 'manual', revision = revision + 1")
      .bind(userId)
      .run(),
  )
  await applyRecords(late, [change(10, 1)])
  expect(await row('select user_id, client_match, status from bookings')).toEqual({
    user_id: userId,
    client_match: 'manual',
    status: 'completed',
  })
})

test('a visit whose price changes while it is being settled stays marked and is settled again', async () => {
  const userId = await addUser()
  await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
  await settleMarkedVisits(
    interrupted(() => env.DB.prepare('update bookings set price_kopecks = 200000').run()),
    userId,
  )
  expect(await balanceOf(userId)).toEqual({ balance: 30, sum: 30 })
  expect(await rows('select booking_id from settlements_due')).toHaveLength(1)
  await settleMarkedVisits(ctx, userId)
  expect(await balanceOf(userId)).toEqual({ balance: 60, sum: 60 })
  expect(await rows('select * from settlements_due')).toEqual([])
})
