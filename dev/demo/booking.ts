import type { Client } from '../local/salon-app.ts'
import { ANNAS_APP, findOffer, findTime, type Offer, PHONES, SERVICES } from './cast.ts'
import { demand, demandEqual, type Stage } from './stage.ts'

export interface Anna {
  readonly userId: number
  readonly code: string
  readonly comment: string
  readonly client: Client
}

export interface BookedVisit {
  readonly recordId: number
  readonly offer: Offer
  readonly datetime: string
}

export async function importJournal({ app, control, t, say, ok, seconds }: Stage): Promise<void> {
  const run = await app.asAdmin.sync()
  demandEqual('status', run.status, 'finished')
  demandEqual('visits read', run.fetched, await control.recordCount())
  demandEqual('visits created', run.created, run.fetched)
  demandEqual('failed', run.failed, 0)
  ok(t.import.ok(run.fetched, seconds(run.duration_ms ?? 0), run.unmatched))
  say(t.import.note)
}

export async function openBookingForm(stage: Stage): Promise<Anna> {
  const { app, t, say, ok } = stage
  const offer = findOffer(stage, SERVICES.first)
  const client = await app.signIn({ ...t.anna, phone: PHONES.anna })
  await client.registerPhone(ANNAS_APP)
  say(t.link.registered(`${t.anna.name} ${t.anna.surname}`, PHONES.anna))
  const link = await client.widget(offer.ourServiceId)
  demandEqual('service', link.service_name, offer.title)
  demand(/^[A-Z]{3}\d{5}$/.test(link.client_code), `client code: ${link.client_code}`)
  demand(link.comment.includes(link.client_code), `comment: ${link.comment}`)
  say(link.widget_url)
  ok(t.link.ok(link.client_code))
  return { userId: client.userId, code: link.client_code, comment: link.comment, client }
}

export async function bookWithCode(stage: Stage, anna: Anna): Promise<BookedVisit> {
  const { app, yclients, t, say, ok, waitFor, rubles, when } = stage
  const offer = findOffer(stage, SERVICES.first)
  const datetime = await findTime(stage, offer, 1)
  const who = { name: `${t.anna.name} ${t.anna.surname}`, phone: PHONES.anna, comment: anna.comment }
  const recordId = await yclients.book({ ...who, ...offer, datetime })
  say(t.book.visit(offer.title, offer.master, when(datetime), rubles(offer.priceKopecks)))
  const { value: booking, took } = await waitFor(t.book.waiting, () => upcoming(anna.client, recordId))
  demandEqual('price', booking.service_price, offer.priceKopecks)
  demandEqual('time', Date.parse(booking.appointment_datetime), Date.parse(datetime))
  const [seenByAdmin] = await app.asAdmin.bookingsOf(anna.userId)
  demandEqual('recognised by', seenByAdmin?.client_match ?? null, 'code')
  ok(t.book.ok(took))
  return { recordId, offer, datetime }
}

export async function moveVisit(stage: Stage, anna: Anna, visit: BookedVisit): Promise<void> {
  const { yclients, t, say, ok, waitFor, when } = stage
  const datetime = await findTime(stage, visit.offer, 2)
  await yclients.moveBooking(visit.recordId, datetime)
  say(t.move.note(when(visit.datetime), when(datetime)))
  const { took } = await waitFor(t.move.waiting, async () => {
    const booking = await upcoming(anna.client, visit.recordId)
    return booking && Date.parse(booking.appointment_datetime) === Date.parse(datetime) ? booking : undefined
  })
  demandEqual('upcoming visits', (await anna.client.upcoming()).length, 1)
  ok(t.move.ok(took))
}

export const upcoming = async (client: Client, recordId: number) =>
  (await client.upcoming()).find((booking) => booking.yclients_record_id === recordId)
