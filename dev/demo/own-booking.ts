import type { Slot } from '../local/salon-app.ts'
import type { Anna } from './booking.ts'
import { cashback, findOffer, SERVICES } from './cast.ts'
import { demand, demandEqual, type Stage } from './stage.ts'

const RIVALS = 20
const FLOAT = { price: 350_000, duration: 60, min_notice_minutes: 0 } as const
/** A visit of the day after tomorrow falls into the time of the part. */
export const REFUNDS = { full_refund_hours: 72, partial_refund_hours: 6, partial_refund_percent: 50 } as const
const USUAL_HOURS = { start_time: '10:00', end_time: '20:00' } as const
/** The story is played at any hour, and a visit of today is to be completed. */
const ALL_DAY = { start_time: '00:00', end_time: '23:59' } as const
/** So many days are looked at for a free time. */
const DAYS_AHEAD = 14

export interface OwnService {
  readonly id: number
  readonly priceKopecks: number
}

/** A service that YClients does not have, booked here: a race for one time, and bonuses when the visit is done. */
export async function bookHere(stage: Stage, anna: Anna): Promise<OwnService> {
  const { app, t, say, ok, rubles, when } = stage
  const { asAdmin } = app
  const service = await asAdmin.createService({ name: t.own.service, ...FLOAT, ...REFUNDS, booking_method: 'internal' })
  const master = await asAdmin.createStaff({ name: t.own.master })
  await asAdmin.allow(master.id, service.id)
  // Weeks begin with Monday, which is 0.
  const today = (new Date(app.dayFromNow(0)).getUTCDay() + 6) % 7
  for (let day = 0; day < 7; day++) {
    await asAdmin.addHours(master.id, { day_of_week: day, ...(day === today ? ALL_DAY : USUAL_HOURS) })
  }
  say(t.own.set(t.own.service, t.own.master, rubles(FLOAT.price)))

  const slot = await firstFree(stage, anna, service.id, 0)
  const wish = { service_id: service.id, appointment_datetime: slot.starts_at }
  const answers = await Promise.all(Array.from({ length: RIVALS }, () => anna.client.tryToBook(wish)))
  const won = answers.filter(({ status }) => status === 201)
  const taken = answers.filter(({ status, code }) => status === 409 && code === 'slot_taken')
  demandEqual('winners', won.length, 1)
  demandEqual('refused', taken.length, RIVALS - 1)
  ok(
    t.own.race(
      RIVALS,
      when(slot.starts_at),
      taken[0]?.nearest.map(({ starts_at }) => when(starts_at)).join('; ') ?? '',
    ),
  )

  await finish(stage, anna, won[0]?.id ?? 0, slot)
  return { id: service.id, priceKopecks: FLOAT.price }
}

/** Today's visit is noted as completed; late in the evening there is none of today, and one to come cannot be. */
async function finish(stage: Stage, anna: Anna, bookingId: number, slot: Slot): Promise<void> {
  const { app, t, ok, points } = stage
  if (slot.starts_at.slice(0, 10) !== app.dayFromNow(0)) {
    const { code, detail } = await app.asAdmin.completeRefused(bookingId)
    demandEqual('refusal', code, 'visit_not_begun')
    return ok(t.own.tooEarly(detail))
  }
  const { level, balance } = await anna.client.loyalty()
  await app.asAdmin.complete(bookingId)
  const earned = cashback(FLOAT.price, level?.percent ?? 0)
  await stage.waitFor(t.complete.waitingPoints, async () =>
    (await anna.client.loyalty()).balance === balance + earned ? true : undefined,
  )
  ok(t.own.completed(points(earned), points(balance + earned)))
}

/** A service of YClients booked in the app: while YClients answers, and while it does not. */
export async function bookThroughOutage(stage: Stage, anna: Anna): Promise<void> {
  const { control, yclients, t, say, ok, waitFor, when } = stage
  const { ourServiceId, title } = findOffer(stage, SERVICES.second)
  const bookOn = async (firstDay: number) => {
    const slot = await firstFree(stage, anna, ourServiceId, firstDay)
    return await anna.client.tryToBook({ service_id: ourServiceId, appointment_datetime: slot.starts_at })
  }
  const written = await bookOn(1)
  demand(written.status === 201, `booking in YClients: ${written.status} ${written.code}`)
  demandEqual('source', written.source ?? null, 'yclients')
  const record = await yclients.record(written.yclients_record_id ?? 0)
  demand(record.comment.includes(anna.code), `comment: ${record.comment}`)
  ok(t.outage.written(title, when(written.appointment_datetime ?? ''), anna.code))

  await control.switchOff(true)
  say(t.outage.off)
  const promised = await bookOn(3)
  demand(promised.status === 201, `provisional booking: ${promised.status} ${promised.code}`)
  demandEqual('provisional', promised.provisional ?? null, true)
  ok(t.outage.promised(when(promised.appointment_datetime ?? '')))
  await control.switchOff(false)
  say(t.outage.on)
  const { value: booking, took } = await waitFor(t.outage.waiting, async () => {
    const found = await anna.client.booking(promised.id ?? 0)
    return found.source === 'yclients' ? found : undefined
  })
  const there = await yclients.record(booking.yclients_record_id ?? 0)
  demandEqual('time', Date.parse(there.datetime), Date.parse(booking.appointment_datetime))
  demand(there.comment.includes(anna.code), `comment: ${there.comment}`)
  const sameTime = (await anna.client.upcoming()).filter(
    (one) => one.appointment_datetime === booking.appointment_datetime,
  )
  demandEqual('bookings at that time', sameTime.length, 1)
  ok(t.outage.caughtUp(took))
}

/** The nearest free time of a service, as the app would find it: first the day, then the time. */
export async function firstFree({ app }: Stage, anna: Anna, serviceId: number, firstDay = 1): Promise<Slot> {
  const days = await anna.client.freeDays(serviceId, app.dayFromNow(firstDay), app.dayFromNow(DAYS_AHEAD))
  for (const day of days) {
    const free = (await anna.client.slots(serviceId, day)).find(({ available }) => available)
    if (free) return free
  }
  throw new Error('nothing is free')
}
