import { type Paying, readPaying } from './cards.ts'
import type { Context } from './context.ts'
import { invalid, notFound } from './errors.ts'
import { amountOf, type Body, MAX_KOPECKS, metadataOf, object, receiptOf, text } from './read.ts'
import { beginRegistration, endReceipts, registerReceipt } from './receipts.ts'
import { endRefunds } from './refunds.ts'
import type { Cancellation, Payment } from './state.ts'
import { paymentView } from './views.ts'

export function findPayment(ctx: Context, id: string): Payment {
  const payment = ctx.till.payments.get(id)
  if (!payment) throw notFound('Payment')
  return payment
}

export function createPayment(ctx: Context, body: Body): Payment {
  const kopecks = amountOf(body.amount)
  if (kopecks < 100 || kopecks > MAX_KOPECKS) throw invalid('From 1 to 350 000 rubles', 'amount.value')
  const confirmation = object(body.confirmation, 'confirmation')
  if (confirmation.type !== 'redirect') throw invalid('Only redirect is played here', 'confirmation.type')
  const returnUrl = text(confirmation.return_url, 'confirmation.return_url', 2048)
  if (!returnUrl || !URL.canParse(returnUrl)) throw invalid('Is required', 'confirmation.return_url')
  if (body.capture !== undefined && typeof body.capture !== 'boolean') throw invalid('Must be a boolean', 'capture')
  const id = ctx.newId('payment')
  const receipt = receiptOf(body.receipt, kopecks)
  const payment: Payment = {
    id,
    status: 'pending',
    kopecks,
    capture: body.capture === true,
    description: text(body.description, 'description', 128),
    metadata: metadataOf(body.metadata),
    returnUrl,
    createdAt: ctx.now(),
    capturedAt: undefined,
    expiresAt: undefined,
    cancellation: undefined,
    method: undefined,
    card: undefined,
    receipt: receipt && registerReceipt(ctx, { ...receipt, type: 'payment', paymentId: id }),
  }
  ctx.till.payments.set(id, payment)
  if (ctx.noise.chance(ctx.knobs.forgedPercent, 'forged', ctx.till.payments.size)) {
    ctx.notifications.forge('payment.succeeded', { ...view(ctx, payment), id, status: 'succeeded', paid: true })
  }
  return payment
}

/** What the client does on the pay page. A declined card ends the payment, as there. */
export function pay(ctx: Context, id: string, typed: string): Payment {
  tick(ctx)
  const payment = findPayment(ctx, id)
  const paying = readPaying(typed)
  if (!paying) throw invalid('Not a card number', 'card')
  if (payment.status !== 'pending') throw invalid(`The payment is ${payment.status}`, 'payment_id')
  payment.method = paying.method
  payment.card = paying.card
  if (paying.decline) end(ctx, payment, paying.decline)
  // What cannot block money takes it at once, whatever was asked.
  else if (payment.capture || isOneStage(paying)) succeed(ctx, payment)
  else {
    payment.expiresAt = ctx.now() + ctx.knobs.captureMs
    move(ctx, payment, 'waiting_for_capture')
  }
  return payment
}

export function capturePayment(ctx: Context, id: string, body: Body): Payment {
  const payment = findPayment(ctx, id)
  if (payment.status !== 'waiting_for_capture') throw invalid(`The payment is ${payment.status}`)
  if (body.amount !== undefined && amountOf(body.amount) !== payment.kopecks) {
    throw invalid('Capture in part is not played here', 'amount.value')
  }
  succeed(ctx, payment)
  return payment
}

/** Only blocked money can be given back like this. */
export function cancelPayment(ctx: Context, id: string): Payment {
  const payment = findPayment(ctx, id)
  if (payment.status !== 'waiting_for_capture') throw invalid(`The payment is ${payment.status}`)
  end(ctx, payment, { party: 'merchant', reason: 'canceled_by_merchant' })
  return payment
}

/** Lets happen what time brings: payments that nobody paid or captured, refunds and receipts that end. */
export function tick(ctx: Context): void {
  const now = ctx.now()
  for (const payment of ctx.till.payments.values()) {
    if (payment.status === 'pending' && now >= payment.createdAt + ctx.knobs.payMs) {
      end(ctx, payment, { party: 'yoo_money', reason: 'expired_on_confirmation' })
    }
    if (payment.status === 'waiting_for_capture' && now >= (payment.expiresAt ?? 0)) {
      end(ctx, payment, { party: 'yoo_money', reason: 'expired_on_capture' })
    }
  }
  endRefunds(ctx)
  endReceipts(ctx)
}

function succeed(ctx: Context, payment: Payment) {
  payment.capturedAt = ctx.now()
  payment.expiresAt = undefined
  if (payment.receipt) beginRegistration(ctx, payment.receipt)
  move(ctx, payment, 'succeeded')
}

function end(ctx: Context, payment: Payment, cancellation: Cancellation) {
  payment.cancellation = cancellation
  payment.expiresAt = undefined
  move(ctx, payment, 'canceled')
}

function move(ctx: Context, payment: Payment, status: Exclude<Payment['status'], 'pending'>) {
  payment.status = status
  ctx.notifications.emit(`payment.${status}`, { ...view(ctx, payment), id: payment.id })
}

const isOneStage = (paying: Paying) => paying.method === 'sbp'
const view = (ctx: Context, payment: Payment) => paymentView(ctx.till, payment, ctx.names)
