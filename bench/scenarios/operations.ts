import { mintAccessToken } from '../../src/auth/tokens.ts'
import type { AppliedPages, BatchCost, Cost, SettledUsers } from '../answers.ts'
import { until } from '../measure.ts'
import { noon, type Salon } from '../salon.ts'
import { SECRETS, type Vehicle, WEBHOOK } from '../vehicle.ts'

/** Where an operation is counted: a database with bookings of others, and clients and days that nobody else uses. */
export interface Place {
  readonly vehicle: Vehicle
  readonly salon: Salon
  /** Clients from here on are free. */
  readonly firstClient: number
  /** The day from today that is free, and minus that day in the past. */
  readonly day: number
}

export const CLIENTS_PER_PLACE = 110

export async function acceptWebhook({ vehicle, salon, firstClient, day }: Place): Promise<Cost> {
  salon.addVisit({ client: firstClient, startsAt: noon(day).at })
  const [body] = salon.takeWebhooks()
  const { status, cost } = await vehicle.call('POST', WEBHOOK, { body: body ?? '' })
  if (status !== 202) throw new Error(`the webhook answered ${status}`)
  await handled(vehicle, 1)
  return cost
}

/** 50 new visits of known clients and 50 changes of visits we have, handed over by the real queue. */
export async function batchOf100Events(place: Place): Promise<Cost> {
  const { vehicle, salon, firstClient } = place
  const { at, day } = noon(place.day)
  const visit = (client: number) => salon.addVisit({ client: firstClient + client, startsAt: at })
  const known = Array.from({ length: 50 }, (_, index) => visit(index))
  salon.takeWebhooks()
  await applyDay(place, day)
  for (let attempt = 1; attempt <= 5; attempt++) {
    salon.passTime(2000)
    for (const id of known) salon.sim.changeRecord(id, { comment: `Просит тишину (${attempt})` })
    for (let client = 50; client < 100; client++) visit(client)
    const [batch, ...others] = await deliver(vehicle, salon.takeWebhooks())
    // The queue splits the hundred if they did not come within a second.
    if (batch && others.length === 0) return batch.cost
  }
  throw new Error('the queue did not make one batch of 100 messages')
}

/** A visit from the first webhook to its bonuses: booked, moved, completed, each event alone; what a salon pays per visit. */
export async function oneVisit(place: Place): Promise<Cost> {
  const { vehicle, salon } = place
  const client = place.firstClient + 106
  const id = salon.addVisit({ client, startsAt: noon(place.day + 3).at })
  const costs: Cost[] = []
  const changes = [
    () => {},
    () => salon.sim.changeRecord(id, { startsAt: noon(place.day + 3).at + 3_600_000 }),
    () => salon.sim.complete(id),
  ]
  for (const change of changes) {
    salon.passTime(2000)
    change()
    const bodies = salon.takeWebhooks()
    if (bodies.length !== 1) throw new Error(`${bodies.length} webhooks for one change`)
    const accepted = await vehicle.call('POST', WEBHOOK, { body: bodies[0] ?? '' })
    costs.push(accepted.cost, ...(await handled(vehicle, 1)).map(({ cost }) => cost))
  }
  costs.push(await vehicle.ask<Cost>('ledger-cost', await userOf(vehicle, id)))
  return costs.reduce(plus)
}

async function userOf({ d1 }: Vehicle, recordId: number): Promise<number> {
  const row = await d1
    .prepare('select user_id as userId from bookings where yclients_record_id = ?1 and accrued_bonuses_points > 0')
    .bind(recordId)
    .first<{ userId: number }>()
  if (!row) throw new Error('the visit gave no bonuses')
  return row.userId
}

const plus = (a: Cost, b: Cost): Cost => ({
  roundTrips: a.roundTrips + b.roundTrips,
  statements: a.statements + b.statements,
  rowsRead: a.rowsRead + b.rowsRead,
  rowsWritten: a.rowsWritten + b.rowsWritten,
  messages: a.messages + b.messages,
  objectCalls: a.objectCalls + b.objectCalls,
})

async function deliver(vehicle: Vehicle, bodies: readonly string[]): Promise<BatchCost[]> {
  await Promise.all(bodies.map((body) => vehicle.call('POST', WEBHOOK, { body })))
  return await handled(vehicle, bodies.length)
}

async function handled(vehicle: Vehicle, messages: number): Promise<BatchCost[]> {
  const batches: BatchCost[] = []
  await until('the consumer', async () => {
    batches.push(...(await vehicle.ask<BatchCost[]>('take-batches')))
    return batches.reduce((sum, batch) => sum + batch.messages, 0) >= messages
  })
  return batches
}

/** Applying a page that says nothing new, and what the run itself costs around it. */
export async function syncUnchangedPage(place: Place): Promise<{ applying: Cost; bookkeeping: Cost }> {
  const { vehicle, salon, firstClient } = place
  const { at, day } = noon(place.day + 1)
  // One more than a page, so that the run has a next one to send.
  for (let visit = 0; visit < 201; visit++) salon.addVisit({ client: firstClient + (visit % 100), startsAt: at })
  salon.takeWebhooks()
  await applyDay(place, day)
  const { kinds, cost: applying } = await vehicle.ask<AppliedPages>('apply')
  if (kinds.unchanged !== 200) throw new Error(`not an unchanged page: ${JSON.stringify(kinds)}`)

  const run = await vehicle.d1
    .prepare(
      `insert into sync_runs (trigger, mode, status, window_from, window_to, started_at, heartbeat_at)
       values ('manual', 'full', 'running', ?1, ?1, ?2, ?2) returning id`,
    )
    .bind(day, Date.now())
    .first<{ id: number }>()
  const whole = await vehicle.ask<Cost>('sync-page', { runId: run?.id, page: 1 })
  await vehicle.d1.prepare(`update sync_runs set status = 'finished', finished_at = started_at`).run()
  return { applying, bookkeeping: minus(whole, applying) }
}

async function applyDay({ vehicle, salon }: Place, day: string): Promise<AppliedPages> {
  await vehicle.ask('clear-pages')
  await vehicle.ask('put-page', await salon.page(1, { from: day, to: day }))
  return await vehicle.ask<AppliedPages>('apply')
}

const minus = (a: Cost, b: Cost): Cost => ({
  roundTrips: a.roundTrips - b.roundTrips,
  statements: a.statements - b.statements,
  rowsRead: a.rowsRead - b.rowsRead,
  rowsWritten: a.rowsWritten - b.rowsWritten,
  messages: a.messages - b.messages,
  objectCalls: a.objectCalls - b.objectCalls,
})

/** All marked visits of one client; the object's own round trips included. */
export async function settleVisits(place: Place, visits: number): Promise<Cost> {
  const { vehicle, salon } = place
  const client = place.firstClient + 100 + (visits === 1 ? 0 : 1)
  const { at, day } = noon(-place.day - (visits === 1 ? 0 : 1))
  for (let visit = 0; visit < visits; visit++) salon.addVisit({ client, startsAt: at, completed: true })
  salon.takeWebhooks()
  const { usersToSettle } = await applyDay(place, day)
  const { cost, ...settled } = await vehicle.ask<SettledUsers>('settle', usersToSettle)
  if (settled.visits !== visits || settled.entries !== visits) throw new Error(`settled ${JSON.stringify(settled)}`)
  return cost
}

export interface ListCost {
  readonly cost: Cost
  readonly plan: readonly string[]
}

/** The first page of a client who has more visits to come than fit on it. */
export async function listUpcoming(place: Place): Promise<ListCost> {
  const { vehicle, salon } = place
  const client = place.firstClient + 105
  const { at, day } = noon(place.day + 2)
  for (let visit = 0; visit < 30; visit++) salon.addVisit({ client, startsAt: at })
  salon.takeWebhooks()
  await applyDay(place, day)
  const token = await clientToken(client)
  const { body, cost, texts } = await vehicle.call('GET', '/api/v1/booking?upcoming_only=true', { token })
  if (!Array.isArray(body) || body.length !== 20) throw new Error('the list is not a full page')
  const plans = await Promise.all(texts.map((text) => planOf(vehicle, text)))
  return { cost, plan: plans.flat() }
}

async function planOf({ d1 }: Vehicle, text: string): Promise<string[]> {
  const parameters = Array.from({ length: text.split('?').length - 1 }, () => null)
  const { results } = await d1
    .prepare(`explain query plan ${text}`)
    .bind(...parameters)
    .all<{ detail: string }>()
  return results.map(({ detail }) => detail)
}

export const clientToken = (userId: number) =>
  mintAccessToken({ userId, sessionId: 1 }, [SECRETS.JWT_SECRET], Date.now(), 3600)
