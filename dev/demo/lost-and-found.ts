import { noteArrival } from './bonuses.ts'
import { type Anna, type BookedVisit, upcoming } from './booking.ts'
import { cashback, findOffer, findTime, PHONES, SERVICES } from './cast.ts'
import { demand, demandEqual, type Stage } from './stage.ts'

/** A visit of which no webhook tells and that carries no code. */
export async function findLostVisit(stage: Stage, anna: Anna): Promise<BookedVisit> {
  const { app, control, yclients, t, say, ok, seconds, rubles, when } = stage
  const offer = findOffer(stage, SERVICES.second)
  const datetime = await findTime(stage, offer, 1)
  await control.loseWebhooks(100)
  const who = { name: `${t.anna.name} ${t.anna.surname}`, phone: PHONES.anna, comment: '' }
  const recordId = await yclients.book({ ...who, ...offer, datetime })
  await control.loseWebhooks(0)
  say(t.book.visit(offer.title, offer.master, when(datetime), rubles(offer.priceKopecks)))
  say(t.lost.note)
  demand(
    (await control.webhooksOf(recordId)).every(({ outcome }) => outcome === 'lost'),
    'the webhook is lost',
  )
  demand((await upcoming(anna.client, recordId)) === undefined, 'nobody has told us of the visit')
  ok(t.lost.before)

  const run = await app.asAdmin.sync()
  demandEqual('status', run.status, 'finished')
  demandEqual('created', run.created, 1)
  demandEqual('missed by webhooks', run.missed_by_webhooks, 1)
  ok(t.lost.sync(run.fetched, seconds(run.duration_ms ?? 0), run.created))
  demand((await upcoming(anna.client, recordId)) !== undefined, 'the sync has found the visit')
  const seenByAdmin = await app.asAdmin.bookingsOf(anna.userId)
  const booking = seenByAdmin.find((one) => one.yclients_record_id === recordId)
  demandEqual('recognised by', booking?.client_match ?? null, 'phone')
  ok(t.lost.ok)
  return { recordId, offer, datetime }
}

/** A visit of somebody who is no client of ours yet. */
export async function keepStrangersVisit(stage: Stage): Promise<BookedVisit> {
  const { app, yclients, t, say, ok, waitFor, rubles, when } = stage
  const offer = findOffer(stage, SERVICES.third)
  const datetime = await findTime(stage, offer, 1)
  const name = `${t.boris.name} ${t.boris.surname}`
  const recordId = await yclients.book({ name, phone: PHONES.boris, comment: '', ...offer, datetime })
  say(t.book.visit(offer.title, offer.master, when(datetime), rubles(offer.priceKopecks)))
  await noteArrival(stage, recordId)
  const { value: booking } = await waitFor(t.stranger.waiting, async () => {
    const found = await app.asAdmin.unmatched(recordId)
    return found?.status === 'completed' ? found : undefined
  })
  demandEqual('owner', booking.user_id, null)
  demandEqual('points', booking.loyalty_bonuses_amount, 0)
  ok(t.stranger.ok(booking.client_name ?? '', booking.service_name))
  return { recordId, offer, datetime }
}

export async function registerStranger({ app, t, ok, points }: Stage, visit: BookedVisit): Promise<void> {
  const client = await app.signIn({ ...t.boris, phone: PHONES.boris })
  const { balance, level } = await client.loyalty()
  demandEqual('balance', balance, cashback(visit.offer.priceKopecks, level?.percent ?? 0))
  const bookings = await client.bookings()
  demandEqual('linked visits', bookings.length, 1)
  demandEqual('his visit', bookings[0]?.yclients_record_id ?? null, visit.recordId)
  demand(
    (await app.asAdmin.unmatched(visit.recordId)) === undefined,
    'the visit has left the list of those without owner',
  )
  ok(t.register.ok(bookings.length, points(balance)))
}
