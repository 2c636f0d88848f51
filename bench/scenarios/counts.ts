import type { Cost } from '../answers.ts'
import { openSalon } from '../salon.ts'
import { seedBookings, seedUsers } from '../seed.ts'
import { costText, type Row, whole } from '../table.ts'
import { startVehicle } from '../vehicle.ts'
import {
  acceptWebhook,
  batchOf100Events,
  CLIENTS_PER_PLACE,
  listUpcoming,
  oneVisit,
  type Place,
  settleVisits,
  syncUnchangedPage,
} from './operations.ts'

interface Counted {
  readonly operation: string
  readonly cost: Cost
  readonly target?: string
  readonly met?: boolean
}

const USERS = 1000
const OTHERS = { first: 501, count: 500 }

/** Every figure that does not depend on the machine, in a small table and again in a large one. */
export async function countCosts(folder: string, script: string, sizes: { small: number; large: number }) {
  await using salon = await openSalon()
  await using vehicle = await startVehicle({ folder, script, vars: { YCLIENTS_BASE_URL: salon.url } })
  await seedUsers(vehicle, USERS)
  const place = (number: number): Place => ({
    vehicle,
    salon,
    firstClient: 1 + number * CLIENTS_PER_PLACE,
    day: 2 + number * 5,
  })
  await seedBookings(vehicle, { from: 1, to: sizes.small }, OTHERS)
  const small = await countAll(place(0))
  await seedBookings(vehicle, { from: sizes.small + 1, to: sizes.large }, OTHERS)
  const large = await countAll(place(1))

  const rows: Row[] = small.counted.map(({ operation, cost, target, met }, index) => {
    const then = large.counted[index]
    const differs = then && costText(then.cost) !== costText(cost)
    return {
      operation,
      figure: differs ? `${costText(cost)} → ${costText(then.cost)}` : costText(cost),
      deterministic: true,
      ...(target !== undefined && {
        target,
        met: met === true && then?.met === true && !hasGrown(cost, then.cost),
      }),
    }
  })
  const sizeText = `${whole(sizes.small)} → ${whole(sizes.large)} bookings of others in the table; what grows with them misses`
  return { rows, plan: large.plan, sizeText }
}

/**
 * The same work in a larger table. A search may find a neighbour to look at or not, and counters of the metrics may be new, which
 * is a row more or less by chance; reading or writing with the table would be thousands.
 */
export function hasGrown(small: Cost, large: Cost): boolean {
  const { rowsRead: read, rowsWritten: written, ...exact } = small
  const { rowsRead: readThen, rowsWritten: writtenThen, ...same } = large
  const isMore = (before: number, after: number) => after > before * 1.05 + 5
  return JSON.stringify(exact) !== JSON.stringify(same) || isMore(read, readThen) || isMore(written, writtenThen)
}

async function countAll(place: Place): Promise<{ counted: Counted[]; plan: readonly string[] }> {
  const accepted = await acceptWebhook(place)
  const batch = await batchOf100Events(place)
  const page = await syncUnchangedPage(place)
  const one = await settleVisits(place, 1)
  const hundred = await settleVisits(place, 100)
  const list = await listUpcoming(place)
  const visit = await oneVisit(place)
  const settled = (cost: Cost) => ({ cost, target: '1 object call, ≤ 2 round trips', met: isOneSettlement(cost) })
  const counted: Counted[] = [
    {
      operation: 'webhook accepted',
      cost: accepted,
      target: '0 statements, 1 message',
      met: accepted.statements === 0 && accepted.messages === 1,
    },
    {
      operation: '100 record events of known clients (50 new, 50 changed)',
      cost: batch,
      target: '≤ 5 round trips',
      met: batch.roundTrips <= 5,
    },
    {
      operation: 'sync of 200 unchanged records: applying',
      cost: page.applying,
      target: '≤ 2 round trips, 0 rows written',
      met: page.applying.roundTrips <= 2 && page.applying.rowsWritten === 0,
    },
    { operation: "sync of 200 unchanged records: the run's own books", cost: page.bookkeeping },
    { operation: 'one visit by webhooks alone: booked, moved, completed, bonuses', cost: visit },
    { operation: 'settle 1 visit of one client', ...settled(one) },
    { operation: 'settle 100 visits of one client', ...settled(hundred) },
    {
      operation: 'GET /booking?upcoming_only=true, a full page',
      cost: list.cost,
      target: '1 query, no scan',
      met: list.cost.statements === 1 && !list.plan.some(isScanOfTable),
    },
  ]
  return { counted, plan: list.plan }
}

const isOneSettlement = (cost: Cost) => cost.objectCalls === 1 && cost.roundTrips <= 2

/** Reading through a parameter (json_each is a virtual table) is no scan of a table. */
const isScanOfTable = (step: string) => step.startsWith('SCAN') && !step.includes('VIRTUAL TABLE')
