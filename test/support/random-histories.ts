import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { cashbackPoints } from '../../src/loyalty/levels.ts'
import { freshDatabase } from './fresh-database.ts'
import { addKnownClients, type History, liveThrough, syncOnce } from './history.ts'
import { openSalon, rows } from './salon.ts'
import { startWorld } from './world.ts'

/** `HISTORIES=5000 npx vitest run random-histories` for a longer look; `HISTORY_SEED=17` replays one. */
const HISTORIES = Number(env.HISTORIES || 100)
const STEPS = 30
const SEEDS = env.HISTORY_SEED ? [Number(env.HISTORY_SEED)] : Array.from({ length: HISTORIES }, (_, i) => i + 1)

/** The histories of one file; there are two files, so that both cores have some to live through. */
export function testHistories(mine: (seed: number) => boolean): void {
  const seeds = SEEDS.filter(mine)
  test.skipIf(seeds.length === 0).each(seeds)(
    'history %i ends, after one sync, in the state of a clean import, with bonuses that add up',
    liveAndCompare,
  )
}

async function liveAndCompare(seed: number) {
  const history = await liveThrough(seed, STEPS)
  await syncOnce(history)
  const problems = [...(await bonusProblems()), ...(await spendProblems())]
  const bookings = await bookingStates()
  const forgotten = bookings.filter((booking) => history.forgotten.has(booking.record))
  const rest = bookings.filter((booking) => !history.forgotten.has(booking.record))
  const clean = await cleanImport(history)

  expect({ seed, problems }).toEqual({ seed, problems: [] })
  expect({ seed, forgotten: forgotten.filter((booking) => booking.status !== 'cancelled') }).toEqual({
    seed,
    forgotten: [],
  })
  expect({ seed, bookings: rest }).toEqual({ seed, bookings: clean })
}

interface BookingState {
  readonly record: number
  readonly status: string
}

/** All of a booking that YClients decides; not when we learned of it, nor what the ledger holds for it. */
const bookingStates = () =>
  rows<BookingState & Record<string, unknown>>(`
    select yclients_record_id as record, status, user_id, yclients_visit_id, yclients_client_id, yclients_service_id,
      yclients_staff_id, yclients_attendance, service_id, staff_id, service_name, price_kopecks, duration_minutes, items,
      starts_at, ends_at, client_name, phone, phone_last10, email, client_code, comment, notes, source_changed_at,
      case when user_id is null then client_match end as unmatched
    from bookings order by yclients_record_id`)

/** The same YClients, an empty database, one sync. */
async function cleanImport({ world }: History): Promise<BookingState[]> {
  await freshDatabase()
  const fresh = startWorld({
    now: () => world.clock.now,
    fetch: (input, init) => world.sim.fetch(new Request(input, init)),
  })
  await openSalon(fresh)
  await addKnownClients()
  await syncOnce({ world: fresh, faults: { rate: 0 } })
  return await bookingStates()
}

/** Each completed visit has exactly one net accrual, at the percent of its first; no other visit has any. */
async function bonusProblems(): Promise<string[]> {
  const problems: string[] = []
  const visits = await rows<{
    id: number
    status: string
    user: number | null
    price: number
    spent: number
    shown: number
    net: number
    percents: number
    percent: number | null
    accruals: number
    foreign: number
  }>(
    `
    select b.id, b.status, b.user_id as user, b.price_kopecks as price, b.spent_bonuses_points as spent,
      b.accrued_bonuses_points as shown,
      (select coalesce(sum(points), 0) from bonus_entries e where e.booking_id = b.id and e.user_id = b.user_id) as net,
      (select count(distinct percent_basis_points) from bonus_entries e where e.booking_id = b.id and e.user_id = b.user_id) as percents,
      (select min(percent_basis_points) from bonus_entries e where e.booking_id = b.id and e.user_id = b.user_id) as percent,
      (select count(*) from bonus_entries e where e.booking_id = b.id and e.user_id = b.user_id and kind = 'accrual') as accruals,
      (select count(*) from (select 1 from bonus_entries e where e.booking_id = b.id and e.user_id is not b.user_id
        group by e.user_id having sum(points) <> 0)) as foreign
    from bookings b`.replaceAll('foreign', '"foreign"'),
  )
  for (const visit of visits) {
    const base = Math.max(0, visit.price - visit.spent * 100)
    const earns = visit.status === 'completed' && visit.user !== null
    const expected = earns ? cashbackPoints(base, visit.percent ?? 300) : 0
    if (visit.net !== expected) problems.push(`visit ${visit.id}: ${visit.net} points instead of ${expected}`)
    if (visit.shown !== visit.net) problems.push(`visit ${visit.id} shows ${visit.shown}, the ledger ${visit.net}`)
    if (visit.percents > 1) problems.push(`visit ${visit.id} changed its percent`)
    if (expected > 0 && visit.accruals !== 1) problems.push(`visit ${visit.id} has ${visit.accruals} accruals`)
    if (visit.foreign > 0) problems.push(`visit ${visit.id} gave points to somebody else`)
  }
  const due = await rows('select * from settlements_due')
  if (due.length > 0) problems.push(`${due.length} visits wait for settling`)
  const parked = await rows<{ reason: string }>('select key, reason from parked_work')
  if (parked.length > 0) problems.push(`parked: ${JSON.stringify(parked)}`)
  return problems
}

async function spendProblems(): Promise<string[]> {
  const off = await rows<{ id: number }>(`
    select id from users u where bonus_balance_points <> (select coalesce(sum(points), 0) from bonus_entries where user_id = u.id)`)
  const overdrawn = await rows<{ id: number }>(
    "select id from bonus_entries where kind = 'spend' and balance_after_points < 0",
  )
  return [
    ...off.map(({ id }) => `the balance of client ${id} is not the sum of his entries`),
    ...overdrawn.map(({ id }) => `entry ${id} spent more than there was`),
  ]
}
