import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { pointsExpireAt } from '../../src/loyalty/lifetime.ts'
import { sweepEnded } from '../../src/loyalty/sweep-ended.ts'
import { verifyLedger } from '../../src/loyalty/verify-ledger.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { mergeUsers } from '../../src/users/merge-users.ts'
import { Crash, withFaults } from '../support/faults.ts'
import { inProcess } from '../support/ledger-in-process.ts'
import {
  expire,
  give,
  giveBack,
  leftByDate,
  merge,
  noPoints,
  type Points,
  take,
  type Uses,
} from '../support/points-model.ts'
import { captureReservation, giveBackBonuses, releaseReservation, reserveBonuses } from '../support/reservations.ts'
import { addBooking, addUser, rows } from '../support/salon.ts'
import { startWorld } from '../support/world.ts'

const BY = { actor: 'admin:2', role: 'manager', requestId: null } as const
const HISTORIES = Math.ceil(Number(env.HISTORIES || 200) / 20)
const SEEDS = env.HISTORY_SEED ? [Number(env.HISTORY_SEED)] : Array.from({ length: HISTORIES }, (_, i) => i + 1)
const STEPS = 40

interface Hold {
  readonly entryId: number
  readonly bookingId: number
  readonly points: number
  readonly uses: Uses
  readonly expiresAt: number
  open: boolean
}

test.each(SEEDS)(
  'history %i of points, with crashes and leaps of time, ends as it should',
  async (seed) => {
    const random = randomOf(seed)
    const below = (limit: number) => Math.floor(random() * limit)
    const faults = { rate: 0 }
    const world = startWorld({}, (ctx) => inProcess(withFaults(ctx, faults, random)))
    const { ctx, clock } = world
    const [anna, twin] = [await addUser(), await addUser()]
    const points = new Map<number, Points>([
      [anna, noPoints()],
      [twin, noPoints()],
    ])
    const visits: number[] = []
    const pending = new Map<number, number[]>()
    for (const id of [anna, twin]) {
      visits.push(await addBooking({ userId: id, status: 'confirmed', priceKopecks: 900_000 }))
      visits.push(await addBooking({ userId: id, status: 'confirmed', priceKopecks: 700_000 }))
      pending.set(id, [await addBooking({ userId: id, status: 'pending', priceKopecks: 10_000_000 })])
    }
    const holds: Hold[] = []
    /** By visit: what was spent on it, and from which points. */
    const spent = new Map<number, { points: number; uses: Uses }>()
    let isMerged = false
    let key = 0
    const expiresAt = () => pointsExpireAt(clock.now, 12, ctx.config.branchTimezone) ?? 0
    const of = (userId: number): Points => points.get(userId) ?? noPoints()

    /** A process that dies is started again, and does the same again. */
    async function surely<T>(work: (ctx: Context) => Promise<T>): Promise<T> {
      faults.rate = 0.3
      try {
        for (;;) {
          try {
            return await work(ctx)
          } catch (error) {
            if (!(error instanceof Crash)) throw error
          }
        }
      } finally {
        faults.rate = 0
      }
    }

    let seen = 0
    /** What settling wrote is told to the model. */
    async function tellSettled(): Promise<void> {
      const entries = await rows<{ id: number; userId: number; bookingId: number; kind: string; points: number }>(
        `select id, user_id as userId, booking_id as bookingId, kind, points from bonus_entries
      where id > ? and kind in ('accrual', 'correction', 'reversal') order by id`,
        seen,
      )
      for (const entry of entries) {
        const [own] = await rows<{ at: number }>(
          "select expires_at as at from bonus_entries where booking_id = ? and id < ? and points > 0 and kind in ('accrual', 'correction') order by id desc",
          entry.bookingId,
          entry.id,
        )
        if (entry.points > 0) give(of(entry.userId), entry.points, expiresAt())
        else take(of(entry.userId), -entry.points, own?.at)
      }
      const [last] = await rows<{ id: number }>('select coalesce(max(id), 0) as id from bonus_entries')
      seen = last?.id ?? 0
    }

    async function change(userId: number, amount: number) {
      const request = {
        points: amount,
        kind: amount < 0 ? 'spend' : 'adjustment',
        bookingId: null,
        reason: 'тест',
        by: BY,
        dailyLimit: null,
        idempotencyKey: `change:${++key}`,
        fingerprint: '',
      } as const
      expire(of(userId), clock.now)
      const may = amount > 0 || of(userId).balance + amount >= 0
      const changed = await surely((shaky) => shaky.ledgerOf(userId).change(request))
      expect(changed.ok).toBe(may)
      if (!may) return
      if (amount > 0) give(of(userId), amount, expiresAt())
      else take(of(userId), -amount)
    }

    async function reserve(userId: number) {
      const bookingId = pending.get(userId)?.[0] ?? 0
      const request = {
        points: 1 + below(120),
        bookingId,
        paymentId: null,
        expiresAt: clock.now + HOUR_MS,
        idempotencyKey: `${++key}`,
      }
      expire(of(userId), clock.now)
      const may = of(userId).balance >= request.points
      const reserved = await surely((shaky) => reserveBonuses(shaky, userId, request))
      expect(reserved.ok).toBe(may)
      if (!reserved.ok) return
      const uses = take(of(userId), request.points)
      holds.push({ ...request, entryId: reserved.value.entryId, uses, open: true })
    }

    /** Whose it is now. */
    const ownerOf = (hold: Hold) => (isMerged || pending.get(anna)?.includes(hold.bookingId) ? anna : twin)

    async function resolve(hold: Hold, as: 'captured' | 'released') {
      const resolved = await surely((shaky) =>
        as === 'captured' ? captureReservation(shaky, hold.entryId) : releaseReservation(shaky, hold.entryId, 'тест'),
      )
      expect(resolved.ok && (resolved.value.resolution === as || !hold.open)).toBe(true)
      if (!hold.open) return
      hold.open = false
      if (as === 'captured') {
        const on = spent.get(hold.bookingId) ?? { points: 0, uses: new Map() }
        for (const [at, used] of hold.uses) on.uses.set(at, (on.uses.get(at) ?? 0) + used)
        spent.set(hold.bookingId, { ...on, points: on.points + hold.points })
      } else {
        giveBack(of(ownerOf(hold)), hold.points, hold.uses, expiresAt())
        expire(of(ownerOf(hold)), clock.now)
      }
    }

    async function refund(userId: number) {
      const bookingId = pending.get(userId)?.[below(pending.get(userId)?.length ?? 1)] ?? 0
      const on = spent.get(bookingId)
      const request = { bookingId, points: 1 + below(60), idempotencyKey: `${++key}`, actor: 'system' }
      const given = await surely((shaky) => giveBackBonuses(shaky, userId, request))
      expect(given.ok).toBe((on?.points ?? 0) >= request.points)
      if (!given.ok || !on) return
      on.points -= request.points
      giveBack(of(userId), request.points, on.uses, expiresAt())
      expire(of(userId), clock.now)
    }

    async function finishOrReopen() {
      const visit = visits[below(visits.length)] ?? 0
      await rows(
        "update bookings set status = case status when 'completed' then 'confirmed' else 'completed' end where id = ?",
        visit,
      )
      const [owner] = await rows<{ id: number }>('select user_id as id from bookings where id = ?', visit)
      await surely((shaky) => shaky.ledgerOf(owner?.id ?? 0).settle())
      await tellSettled()
    }

    /** Whom one cron did not reach, the next does. */
    async function sweep() {
      for (let ended = 1; ended > 0; ) ended = await surely(sweepEnded)
    }

    async function leap() {
      clock.now += below(3) === 0 ? below(200) * DAY_MS : below(90) * 60_000
      await sweep()
      for (const hold of holds) {
        if (!hold.open || hold.expiresAt > clock.now) continue
        hold.open = false
        giveBack(of(ownerOf(hold)), hold.points, hold.uses, expiresAt())
      }
      for (const each of points.values()) expire(each, clock.now)
    }

    async function mergeOnce() {
      if (isMerged || below(4) > 0) return
      await surely((shaky) => mergeUsers(shaky, anna, { from: twin, idempotencyKey: 'merge', by: BY }))
      isMerged = true
      merge(of(anna), of(twin))
      pending.set(anna, [...(pending.get(anna) ?? []), ...(pending.get(twin) ?? [])])
      await tellSettled()
    }

    const steps: ((userId: number) => Promise<unknown>)[] = [
      (userId) => change(userId, 1 + below(200)),
      (userId) => change(userId, -1 - below(80)),
      reserve,
      reserve,
      async () => holds.length > 0 && (await resolve(holds[below(holds.length)] as Hold, 'captured')), // of those there are
      async () => holds.length > 0 && (await resolve(holds[below(holds.length)] as Hold, 'released')),
      refund,
      finishOrReopen,
      finishOrReopen,
      leap,
      mergeOnce,
    ]
    for (let step = 0; step < STEPS; step++) {
      const userId = isMerged || random() < 0.6 ? anna : twin
      await steps[below(steps.length)]?.(userId)
      for (const [id, expected] of points) {
        const [user] = await rows<{ balance: number }>(
          'select bonus_balance_points as balance from users where id = ?',
          id,
        )
        const lots = await rows<{ at: number; left: number }>(
          `select expires_at as at, sum(remaining_points) as left from bonus_lots
        where user_id = ? and remaining_points > 0 group by expires_at order by expires_at`,
          id,
        )
        const found = { balance: user?.balance, lots: lots.map(({ at, left }) => [at, left]) }
        expect({ seed, step, id, ...found }).toEqual({
          seed,
          step,
          id,
          balance: expected.balance,
          lots: leftByDate(expected),
        })
      }
    }

    clock.now += 2 * HOUR_MS
    await sweep()
    expect(await rows('select entry_id from bonus_reservations where resolution is null')).toEqual([])
    const check = await verifyLedger(ctx, BY)
    expect({ seed, differences: check.differences, details: check.details }).toEqual({
      seed,
      differences: 0,
      details: '[]',
    })
  },
  60_000,
)

/** Numbers in [0, 1), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
