import { MINUTE_MS } from '../../platform/time.ts'
import type { HttpAnswer } from '../http-answer.ts'
import type {
  Answer,
  PaymentOrder,
  PaymentStatus,
  ProviderPayment,
  ProviderRefund,
  ProviderRefusal,
} from '../provider.ts'
import type { CancelReason } from '../reasons.ts'
import { type WireIntent, type WireRefund, type WireSession, wireError } from './wire.ts'

/** Stripe's pages live for 30 minutes at least; the rest is for a repetition some minutes later. */
const SHORTEST_PAGE_MS = 40 * MINUTE_MS

const DECLINES = new Map<string | undefined, CancelReason>(
  Object.entries({
    insufficient_funds: 'insufficient_funds',
    withdrawal_count_limit_exceeded: 'method_limit_exceeded',
    card_velocity_exceeded: 'method_limit_exceeded',
    expired_card: 'card_expired',
    incorrect_number: 'wrong_card_number',
    invalid_number: 'wrong_card_number',
    incorrect_cvc: 'wrong_card_code',
    invalid_cvc: 'wrong_card_code',
    authentication_required: 'bank_check_failed',
    payment_intent_authentication_failure: 'bank_check_failed',
    call_issuer: 'call_your_bank',
    do_not_honor: 'call_your_bank',
    transaction_not_allowed: 'call_your_bank',
    fraudulent: 'suspected_fraud',
    merchant_blacklist: 'suspected_fraud',
    lost_card: 'method_restricted',
    stolen_card: 'method_restricted',
    restricted_card: 'method_restricted',
    pickup_card: 'method_restricted',
    card_not_supported: 'method_restricted',
    issuer_not_available: 'bank_unavailable',
    processing_error: 'provider_timeout',
    generic_decline: 'declined',
    card_declined: 'declined',
  }),
)

const CANCELLATIONS = new Map<string | undefined, CancelReason>(
  Object.entries({
    automatic: 'not_captured_in_time',
    expired: 'not_captured_in_time',
    requested_by_customer: 'cancelled_by_salon',
    abandoned: 'cancelled_by_salon',
    duplicate: 'cancelled_by_salon',
    fraudulent: 'suspected_fraud',
    failed_invoice: 'declined',
  }),
)

const REFUND_FAILURES = new Map<string | undefined, CancelReason>(
  Object.entries({
    expired_or_canceled_card: 'card_expired',
    lost_or_stolen_card: 'method_restricted',
    insufficient_funds: 'insufficient_funds',
    declined: 'refund_rejected_by_payee',
  }),
)

/** Their words → ours. Pure, like all of this file. */
export function translateSession(session: WireSession): ProviderPayment {
  const intent = session.payment_intent ?? undefined
  const status = statusOf(session, intent)
  const charge = intent?.latest_charge ?? undefined
  const captureBefore = charge?.payment_method_details?.card?.capture_before
  return {
    id: session.id,
    status,
    amountKopecks: session.amount_total,
    currency: session.currency.toUpperCase(),
    refundedKopecks: charge?.amount_refunded ?? 0,
    isTest: !session.livemode,
    // Other accounts' payments cannot be read with our key.
    isOurs: true,
    createdAt: session.created * 1000,
    capturedAt: status === 'succeeded' && charge?.created !== undefined ? charge.created * 1000 : undefined,
    payableUntil: status === 'pending' ? session.expires_at * 1000 : undefined,
    captureUntil: status === 'waiting_for_capture' && captureBefore !== undefined ? captureBefore * 1000 : undefined,
    confirmationUrl: status === 'pending' && session.status === 'open' ? (session.url ?? undefined) : undefined,
    cancelReason: status === 'cancelled' ? reasonOf(session, intent) : undefined,
    metadata: {
      ...(session.metadata?.payment_id !== undefined && { paymentId: session.metadata.payment_id }),
      ...(session.metadata?.booking_id !== undefined && { bookingId: session.metadata.booking_id }),
      ...(session.metadata?.environment !== undefined && { environment: session.metadata.environment }),
    },
    method: charge?.payment_method_details?.type,
    receiptStatus: undefined,
  }
}

export function translateRefund(refund: WireRefund): ProviderRefund {
  const status = REFUND_STATUSES[refund.status]
  const failure = REFUND_FAILURES.get(refund.failure_reason ?? undefined) ?? 'other'
  return {
    id: refund.id,
    // Refunds of ours carry the page's id, others the payment's behind it.
    paymentId: refund.metadata?.session_id ?? refund.payment_intent ?? '',
    status,
    amountKopecks: refund.amount,
    currency: refund.currency.toUpperCase(),
    createdAt: refund.created * 1000,
    cancelReason: status === 'cancelled' ? failure : undefined,
    receiptStatus: undefined,
  }
}

/** What an answer means that is no success. */
export function translateFailure(
  answer: HttpAnswer | undefined,
  writes: boolean,
): Exclude<Answer<never>, { kind: 'ok' }> {
  const unsure = { kind: writes ? 'unknown' : 'unavailable' } as const
  if (!answer) return unsure
  const { status } = answer
  if (status === 429) return { kind: 'unavailable' }
  const error = wireError.safeParse(answer.body).data?.error
  if (status === 401 || status === 403) return refused('account_trouble', error?.param)
  // 409: the same key is still at work.
  if (!error || status < 400 || status >= 500 || status === 409) return unsure
  return refused(refusalOf(status, error), error.param)
}

function refusalOf(
  status: number,
  error: { type: string; code?: string | undefined; param?: string | undefined },
): ProviderRefusal {
  const { type, code = '', param = '' } = error
  if (type === 'idempotency_error') return 'key_reused'
  if (status === 404 || code === 'resource_missing') return 'not_found'
  if (code.startsWith('amount_') || param.includes('amount')) return 'amount_refused'
  if (code === 'payment_intent_unexpected_state' || code.startsWith('charge_')) return 'wrong_state'
  return 'rejected'
}

/** Form fields of a page where an order is paid. */
export function sessionFields(order: PaymentOrder, currency: string): Record<string, string> {
  const { metadata } = order
  const ours = { payment_id: metadata.paymentId, booking_id: metadata.bookingId, environment: metadata.environment }
  const fields: Record<string, string> = {
    mode: 'payment',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': currency.toLowerCase(),
    'line_items[0][price_data][unit_amount]': String(order.amountKopecks),
    'line_items[0][price_data][product_data][name]': order.description.slice(0, 128),
    'payment_intent_data[capture_method]': order.capture === 'now' ? 'automatic' : 'manual',
    success_url: order.returnUrl,
    cancel_url: order.returnUrl,
    locale: order.language,
    // From what the order says and not from the clock, so that a repetition is the same request.
    expires_at: String(Math.ceil(Math.max(order.expiresAt, order.orderedAt + SHORTEST_PAGE_MS) / 1000)),
  }
  for (const [name, value] of Object.entries(ours)) {
    fields[`metadata[${name}]`] = value
    fields[`payment_intent_data[metadata][${name}]`] = value
  }
  return fields
}

function statusOf(session: WireSession, intent: WireIntent | undefined): PaymentStatus {
  switch (intent?.status) {
    case 'succeeded':
      return 'succeeded'
    case 'requires_capture':
      return 'waiting_for_capture'
    case 'canceled':
      return 'cancelled'
    case 'processing':
      return 'pending'
    default:
      // While the page is open a declined client may try another card; afterwards nobody can.
      return session.status === 'open' ? 'pending' : 'cancelled'
  }
}

function reasonOf(session: WireSession, intent: WireIntent | undefined): CancelReason {
  const error = intent?.last_payment_error ?? undefined
  const declined = DECLINES.get(error?.decline_code) ?? DECLINES.get(error?.code)
  if (session.status === 'expired') return declined ?? 'not_paid_in_time'
  if (intent?.status !== 'canceled') return declined ?? 'declined'
  return CANCELLATIONS.get(intent.cancellation_reason ?? undefined) ?? 'cancelled_by_salon'
}

const REFUND_STATUSES: Readonly<Record<WireRefund['status'], ProviderRefund['status']>> = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'cancelled',
  canceled: 'cancelled',
}

const refused = (code: ProviderRefusal, parameter: string | undefined) =>
  ({ kind: 'refused', code, parameter }) as const
