import type { Anna } from './booking.ts'
import { ANNAS_APP, CARDS } from './cast.ts'
import { firstFree, type OwnService, REFUNDS } from './own-booking.ts'
import { demand, demandEqual, type Stage } from './stage.ts'

export interface PaidVisit {
  readonly bookingId: number
  readonly paymentId: number
  readonly serviceId: number
  readonly startsAt: string
  readonly amountKopecks: number
}

/** An odd number, so that half of it is no whole number of points. */
const POINTS = 25
const IN_DAYS = 2
const KOPECKS_PER_POINT = 100

/** Holds the nearest time and goes as far as the provider's page. */
async function holdToPay(stage: Stage, anna: Anna, service: OwnService) {
  const { t, say, rubles, points, when, waitFor } = stage
  const { balance } = await anna.client.loyalty()
  const slot = await firstFree(stage, anna, service.id, IN_DAYS)
  const held = await anna.client.hold({ service_id: service.id, appointment_datetime: slot.starts_at })
  demandEqual('status', held.status, 'pending')
  const { id, amount } = await anna.client.startToPay(held.id, POINTS)
  demandEqual('money', amount, service.priceKopecks - POINTS * KOPECKS_PER_POINT)
  demandEqual('balance', (await anna.client.loyalty()).balance, balance - POINTS)
  say(t.pay.held(held.service_name, when(slot.starts_at), points(POINTS), rubles(amount)))
  const { value: page } = await waitFor(
    t.pay.waiting,
    async () => (await anna.client.payment(id)).confirmation_url ?? undefined,
  )
  return { bookingId: held.id, paymentId: id, startsAt: slot.starts_at, amount, page, balance }
}

export async function payForVisit(stage: Stage, anna: Anna, service: OwnService): Promise<PaidVisit> {
  const { app, till, t, say, ok, rubles, points, waitFor } = stage
  const { bookingId, paymentId, startsAt, amount, page, balance } = await holdToPay(stage, anna, service)
  say(t.pay.policy((await anna.client.payment(paymentId)).refund_policy))
  demand(await till.payOnPage(page, CARDS.good), 'the card is taken')
  // The booking is looked at and not the payment, which would ask the provider by itself.
  const { value: booking, took } = await waitFor(t.pay.waiting, async () => {
    const now = await anna.client.booking(bookingId)
    return now.status === 'confirmed' && now.spent_bonuses > 0 ? now : undefined
  })
  const { value: payment } = await waitFor(t.pay.waiting, async () => {
    const now = await app.asAdmin.payment(paymentId)
    return now.status === 'succeeded' && now.captured > 0 ? now : undefined
  })
  const { provider_payment_id: providerId, captured } = payment
  demand((await till.notifiedOf(providerId)).length > 0, 'the till has sent a notification')
  demandEqual('captured', captured, amount)
  demandEqual('payment', (await anna.client.payment(paymentId)).status, 'succeeded')
  demandEqual('points spent', booking.spent_bonuses, POINTS)
  demandEqual('balance', (await anna.client.loyalty()).balance, balance - POINTS)
  ok(t.pay.ok(rubles(amount), points(POINTS), took))
  return { bookingId, paymentId, serviceId: service.id, startsAt, amountKopecks: amount }
}

/** Gives back the number of the visit that came to nothing. */
export async function declineCard(stage: Stage, anna: Anna, service: OwnService): Promise<number> {
  const { till, t, ok, points, when, waitFor } = stage
  const { bookingId, paymentId, startsAt, page, balance } = await holdToPay(stage, anna, service)
  demand(await anna.client.hasBooking(bookingId), 'the visit is held')
  demandEqual('free while it is held', await isFree(anna, service.id, startsAt), false)
  demand(!(await till.payOnPage(page, CARDS.noMoney)), 'the card is declined')
  await waitFor(t.decline.waiting, async () => ((await anna.client.hasBooking(bookingId)) ? undefined : true))
  const { value: payment } = await waitFor(t.decline.waiting, async () => {
    const now = await anna.client.payment(paymentId)
    return now.status === 'cancelled' ? now : undefined
  })
  const { reason_code, reason, time_is_free, refunded } = payment
  demandEqual('reason', reason_code, 'insufficient_funds')
  demandEqual('refunded', refunded, 0)
  ok(t.decline.reason(reason ?? ''))
  await waitFor(t.decline.waiting, async () => ((await anna.client.loyalty()).balance === balance ? true : undefined))
  demandEqual('time is free', time_is_free, true)
  demandEqual('free again', await isFree(anna, service.id, startsAt), true)
  ok(t.decline.ok(when(startsAt), points(balance)))
  return bookingId
}

export async function cancelPaid(stage: Stage, anna: Anna, visit: PaidVisit): Promise<void> {
  const { app, till, inbox, t, say, ok, rubles, points, waitFor } = stage
  // A visit that is cancelled before the message leaves is not said to be paid.
  await waitFor(t.refund.waitingMessage, async () =>
    (await inbox.messagesTo(ANNAS_APP)).find(({ data }) => data?.kind === 'payment_confirmed'),
  )
  const half = (of: number) => Math.ceil((of * REFUNDS.partial_refund_percent) / 100)
  const money = half(visit.amountKopecks)
  const bonuses = half(POINTS)
  const { payment } = await anna.client.booking(visit.bookingId)
  demandEqual('money that would come back', payment?.refund_now?.amount ?? null, money)
  demandEqual('points that would come back', payment?.refund_now?.bonuses ?? null, bonuses)
  say(t.refund.preview(rubles(money), points(bonuses)))

  const { balance } = await anna.client.loyalty()
  demandEqual('status', (await anna.client.cancel(visit.bookingId)).status, 'cancelled')
  await waitFor(t.refund.waiting, async () =>
    (await anna.client.loyalty()).balance === balance + bonuses ? true : undefined,
  )
  const { value: paid } = await waitFor(t.refund.waiting, async () => {
    const now = await app.asAdmin.payment(visit.paymentId)
    return now.refunds[0]?.status === 'succeeded' ? now : undefined
  })
  const { provider_payment_id: providerId, refunded, refunds } = paid
  demandEqual('refunds', refunds.length, 1)
  demandEqual('refunded', refunded, money)
  const [back, ...others] = await till.refundsOf(providerId)
  demandEqual('refunds of the till besides', others.length, 0)
  demandEqual('refund of the till', back?.status ?? null, 'succeeded')
  demandEqual('money of the till', back?.kopecks ?? null, money)
  demandEqual('free again', await isFree(anna, visit.serviceId, visit.startsAt), true)
  ok(t.refund.ok(rubles(money), rubles(visit.amountKopecks), points(bonuses), points(balance + bonuses)))
}

async function isFree(anna: Anna, serviceId: number, startsAt: string): Promise<boolean> {
  const slots = await anna.client.slots(serviceId, startsAt.slice(0, 10))
  return slots.some(({ starts_at, available }) => available && Date.parse(starts_at) === Date.parse(startsAt))
}
