import type { VERDICTS } from '../local/salon-app.ts'
import type { Anna, BookedVisit } from './booking.ts'
import { cashback } from './cast.ts'
import { demand, demandEqual, type Stage } from './stage.ts'

/** Gives back the points that the visit brought. */
export async function completeVisit(stage: Stage, anna: Anna, visit: BookedVisit): Promise<number> {
  const { app, control, t, say, ok, waitFor, rubles, points } = stage
  const { level } = await anna.client.loyalty()
  demand(level !== null, 'a new client has a level')
  await noteArrival(stage, visit.recordId)
  say(t.complete.note)
  await waitFor(t.complete.waitingPoints, async () => (await anna.client.entries())[0])

  const webhooks = await control.webhooksOf(visit.recordId)
  const [older, newest] = webhooks.slice(-2)
  demand(older !== undefined && newest !== undefined, 'YClients has sent webhooks')
  for (const body of [newest.body, newest.body, older.body]) await app.deliver(body)
  say(t.complete.again)
  const expected = webhooks.length + 3
  const { value: verdicts } = await waitFor(t.complete.waitingEvents, async () => {
    const events = await app.asAdmin.webhookEvents()
    const own = events.filter(({ resource, resource_id }) => resource === 'record' && resource_id === visit.recordId)
    return own.length === expected ? own.map(({ verdict }) => verdict) : undefined
  })
  const count = (wanted: (typeof VERDICTS)[number]) => verdicts.filter((verdict) => verdict === wanted).length
  demandEqual('repetitions', count('unchanged'), 2)
  demandEqual('outdated', count('stale'), 1)
  ok(t.complete.verdicts(count('unchanged'), count('stale')))

  const earned = cashback(visit.offer.priceKopecks, level.percent)
  const [booking] = await anna.client.bookings()
  const entries = await anna.client.entries()
  demandEqual('status', booking?.status ?? null, 'completed')
  demandEqual('ledger entries', entries.length, 1)
  demandEqual('accrued', entries[0]?.points ?? null, earned)
  demandEqual('balance', (await anna.client.loyalty()).balance, earned)
  const exact = rubles((visit.offer.priceKopecks * level.percent) / 100)
  ok(t.complete.ok(rubles(visit.offer.priceKopecks), level.percent, exact, points(earned)))
  return earned
}

/** Completed and then deleted: what it brought goes again. */
export async function cancelCompleted(stage: Stage, anna: Anna, visit: BookedVisit, before: number): Promise<void> {
  const { yclients, t, ok, waitFor, points } = stage
  const { level } = await anna.client.loyalty()
  const earned = cashback(visit.offer.priceKopecks, level?.percent ?? 0)
  await noteArrival(stage, visit.recordId)
  await waitForBalance(t.cancel.waitingPoints, before + earned)
  ok(t.cancel.accrued(points(earned), points(before + earned)))

  await yclients.deleteRecord(visit.recordId)
  await waitForBalance(t.cancel.waitingReversal, before)
  const booking = (await anna.client.bookings()).find((one) => one.yclients_record_id === visit.recordId)
  demandEqual('status', booking?.status ?? null, 'cancelled')
  ok(t.cancel.ok(points(earned), points(before)))

  async function waitForBalance(what: string, balance: number): Promise<void> {
    await waitFor(what, async () => ((await anna.client.loyalty()).balance === balance ? true : undefined))
  }
}

export async function noteArrival({ yclients }: Stage, recordId: number): Promise<void> {
  await yclients.setAttendance(await yclients.record(recordId), 1)
}
