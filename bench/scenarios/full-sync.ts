import type { AppliedPages, SettledUsers } from '../answers.ts'
import { median, timed, until } from '../measure.ts'
import { noon, openSalon, type Salon } from '../salon.ts'
import { codeOf, seedUsers, signInOwner } from '../seed.ts'
import { type Row, whole } from '../table.ts'
import { startVehicle, type Vehicle } from '../vehicle.ts'

export interface SyncSize {
  readonly records: number
  readonly clients: number
  readonly repeats: number
}

const STORED_TARGET = 2000
const SETTLED_TARGET = 1000
const UNCHANGED_TARGET = 3 * STORED_TARGET

/** Visits of all clients in turn, every second completed, within the thirty days that a sync looks back and ahead. */
export async function fillSalon(size: SyncSize): Promise<Salon> {
  const salon = await openSalon()
  for (let visit = 0; visit < size.records; visit++) {
    const completed = visit % 2 === 0
    // The client must not follow from the number of the visit alone, or half of them would have all completed visits.
    const client = ((visit >> 1) % size.clients) + 1
    salon.addVisit({
      client,
      startsAt: noon((completed ? -1 : 1) * (1 + (visit % 25))).at,
      completed,
      comment: visit % 4 === 0 ? `Хочу чай. Код клиента: ${codeOf(client)}` : '',
    })
  }
  salon.takeWebhooks()
  return salon
}

/** The work of a sync without its calls to YClients: pages in memory → translated → applied → settled. */
export async function applyEverything(folder: string, script: string, salon: Salon, size: SyncSize): Promise<Row[]> {
  const rates: { stored: number[]; settled: number[]; again: number[] } = { stored: [], settled: [], again: [] }
  for (let repeat = 0; repeat < size.repeats; repeat++) {
    await using vehicle = await startVehicle({ folder, script })
    await seedUsers(vehicle, size.clients)
    for (let page = 1; page <= Math.ceil(size.records / 200); page++) {
      await vehicle.ask('put-page', await salon.page(page))
    }
    const stored = await timed(() => vehicle.ask<AppliedPages>('apply'))
    expect('created', stored.value.kinds.created, size.records)
    const settled = await timed(() => vehicle.ask<SettledUsers>('settle', stored.value.usersToSettle))
    expect('settled', settled.value.entries, size.records / 2)
    const again = await timed(() => vehicle.ask<AppliedPages>('apply'))
    expect('unchanged', again.value.kinds.unchanged, size.records)
    rates.stored.push(size.records / stored.seconds)
    rates.settled.push(settled.value.visits / settled.seconds)
    rates.again.push(size.records / again.seconds)
  }
  const what = `full sync of ${whole(size.records)} records of ${whole(size.clients)} clients`
  return [
    rateRow(`${what}: stored`, rates.stored, 'records/s', STORED_TARGET),
    rateRow(`${what}: settled`, rates.settled, 'visits/s', SETTLED_TARGET),
    rateRow(`${what}: unchanged again`, rates.again, 'records/s', UNCHANGED_TARGET),
  ]
}

function rateRow(operation: string, rates: readonly number[], unit: string, target: number): Row {
  const rate = median(rates)
  const all = rates.length > 1 ? ` (${rates.map(whole).join(', ')})` : ''
  return {
    operation,
    figure: `${whole(rate)} ${unit}${all}`,
    target: `≥ ${whole(target)}`,
    met: rate >= target,
    deterministic: false,
  }
}

const SETTLING_MS = 10_000

/** The same through everything: the route, the real queue, HTTP to the simulator and the run's books. */
export async function syncEverything(folder: string, script: string, salon: Salon, size: SyncSize): Promise<Row[]> {
  await using vehicle = await startVehicle({ folder, script, vars: { YCLIENTS_BASE_URL: salon.url } })
  await seedUsers(vehicle, size.clients)
  const what = `full sync of ${whole(size.records)} records through queue and HTTP`
  const first = await oneSync(vehicle, salon)
  expect('created', first.run.created, size.records)
  // The run has sent the clients whose visits it completed to the queue; their settling must not slow the second run.
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS))
  const second = await oneSync(vehicle, salon)
  expect('changed', second.run.created + second.run.updated, 0)
  const row = (name: string, { seconds, simulatorSeconds }: SyncTime): Row => ({
    operation: `${what}: ${name}`,
    figure: `${whole(size.records / seconds)} records/s (${seconds.toFixed(1)} s, ${simulatorSeconds.toFixed(1)} s of them in the simulator)`,
    deterministic: false,
  })
  return [row('stored (settling follows by the queue)', first), row('unchanged again', second)]
}

interface SyncTime {
  readonly seconds: number
  readonly simulatorSeconds: number
  readonly run: { readonly id: number; readonly status: string; readonly created: number; readonly updated: number }
}

async function oneSync(vehicle: Vehicle, salon: Salon): Promise<SyncTime> {
  const token = await signInOwner(vehicle)
  const busyBefore = salon.busyMs()
  let run: SyncTime['run'] | undefined
  const { seconds } = await timed(async () => {
    const headers = { prefer: 'wait=0' }
    const started = await vehicle.call('POST', '/api/v1/yclients/sync-bookings?mode=full', { token, headers })
    run = started.body as SyncTime['run'] // the route's documented answer
    const address = `/api/v1/admin/sync-runs/${run.id}`
    await until('the sync run', async () => {
      run = (await vehicle.call('GET', address, { token })).body as SyncTime['run'] // likewise
      return run.status === 'finished'
    })
  })
  if (!run) throw new Error('no run')
  return { seconds, simulatorSeconds: (salon.busyMs() - busyBefore) / 1000, run }
}

function expect(what: string, actual: number | undefined, wanted: number): void {
  if (actual !== wanted) throw new Error(`${what}: ${actual} instead of ${wanted}`)
}
