import { cancelCompleted, completeVisit } from './bonuses.ts'
import { bookWithCode, importJournal, moveVisit, openBookingForm } from './booking.ts'
import { spendAtDesk } from './desk.ts'
import { findLostVisit, keepStrangersVisit, registerStranger } from './lost-and-found.ts'
import { listMessages } from './messages.ts'
import { bookHere, bookThroughOutage } from './own-booking.ts'
import { cancelPaid, declineCard, payForVisit } from './payment.ts'
import type { Stage } from './stage.ts'
import { summarise } from './summary.ts'

/** The whole story, step by step. */
export async function play(stage: Stage): Promise<void> {
  const { t, step } = stage
  await step(t.import.title, () => importJournal(stage))
  const anna = await step(t.link.title, () => openBookingForm(stage))
  const visit = await step(t.book.title, () => bookWithCode(stage, anna))
  await step(t.move.title, () => moveVisit(stage, anna, visit))
  const earned = await step(t.complete.title, () => completeVisit(stage, anna, visit))
  const second = await step(t.lost.title, () => findLostVisit(stage, anna))
  const strangers = await step(t.stranger.title, () => keepStrangersVisit(stage))
  await step(t.register.title, () => registerStranger(stage, strangers))
  await step(t.cancel.title, () => cancelCompleted(stage, anna, second, earned))
  await step(t.desk.title, () => spendAtDesk(stage, anna, earned))
  const service = await step(t.own.title, () => bookHere(stage, anna))
  const paid = await step(t.pay.title, () => payForVisit(stage, anna, service))
  const declined = await step(t.decline.title, () => declineCard(stage, anna, service))
  await step(t.refund.title, () => cancelPaid(stage, anna, paid))
  await step(t.outage.title, () => bookThroughOutage(stage, anna))
  await step(t.messages.title, () => listMessages(stage, { paid: paid.bookingId, declined }))
  await step(t.summary.title, () => summarise(stage, anna))
}
