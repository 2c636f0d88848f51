import { DAY_MS, HOUR_MS, parseInstant } from '../../platform/time.ts'
import type { HttpAnswer } from '../http-answer.ts'
import type {
  Answer,
  PaymentOrder,
  PaymentStatus,
  ProviderPayment,
  ProviderReceipt,
  ProviderRefund,
  ProviderRefusal,
  Receipt,
  ReceiptOrder,
  RefundOrder,
} from '../provider.ts'
import type { CancelReason } from '../reasons.ts'
import { type WirePayment, type WireReceipt, type WireRefund, wireError } from './wire.ts'

/** Cards, SBP, SberPay, T-Pay, YooMoney. */
const TIME_TO_PAY_MS = HOUR_MS
/** The longest that money stays blocked, where `expires_at` does not say. */
const TIME_TO_CAPTURE_MS = 7 * DAY_MS
const MAX_DESCRIPTION = 128

const REASONS = new Map<string | undefined, CancelReason>(
  Object.entries({
    '3d_secure_failed': 'bank_check_failed',
    call_issuer: 'call_your_bank',
    canceled_by_merchant: 'cancelled_by_salon',
    card_expired: 'card_expired',
    country_forbidden: 'country_not_allowed',
    deal_expired: 'deal_expired',
    expired_on_capture: 'not_captured_in_time',
    expired_on_confirmation: 'not_paid_in_time',
    fraud_suspected: 'suspected_fraud',
    general_decline: 'declined',
    identification_required: 'identification_required',
    insufficient_funds: 'insufficient_funds',
    internal_timeout: 'provider_timeout',
    invalid_card_number: 'wrong_card_number',
    invalid_csc: 'wrong_card_code',
    issuer_unavailable: 'bank_unavailable',
    loan_declined: 'loan_declined',
    payment_method_limit_exceeded: 'method_limit_exceeded',
    payment_method_restricted: 'method_restricted',
    permission_revoked: 'permission_revoked',
    unsupported_mobile_operator: 'operator_not_supported',
    // Of refunds.
    rejected_by_payee: 'refund_rejected_by_payee',
    rejected_by_timeout: 'refund_timed_out',
    payment_expired: 'too_late_to_refund',
    yoo_money_account_closed: 'wallet_closed',
  }),
)

/** Their words → ours. Pure, like all of this file. Undefined: a date or sum is not what it claims to be. */
export function translatePayment(payment: WirePayment, shopId: string): ProviderPayment | undefined {
  const createdAt = parseInstant(payment.created_at)
  const amountKopecks = decimalToKopecks(payment.amount.value)
  const refundedKopecks = payment.refunded_amount ? decimalToKopecks(payment.refunded_amount.value) : 0
  if (createdAt === undefined || amountKopecks === undefined || refundedKopecks === undefined) return undefined
  const status = STATUSES[payment.status]
  const waits = status === 'waiting_for_capture'
  return {
    id: payment.id,
    status,
    amountKopecks,
    currency: payment.amount.currency,
    refundedKopecks,
    isTest: payment.test,
    isOurs: payment.recipient?.account_id === shopId,
    createdAt,
    capturedAt: instantOf(payment.captured_at),
    payableUntil: status === 'pending' ? createdAt + TIME_TO_PAY_MS : undefined,
    captureUntil: waits ? (instantOf(payment.expires_at) ?? createdAt + TIME_TO_CAPTURE_MS) : undefined,
    confirmationUrl: status === 'pending' ? payment.confirmation?.confirmation_url : undefined,
    cancelReason: status === 'cancelled' ? reasonOf(payment.cancellation_details?.reason) : undefined,
    metadata: {
      ...given('paymentId', payment.metadata?.payment_id),
      ...given('bookingId', payment.metadata?.booking_id),
      ...given('environment', payment.metadata?.environment),
    },
    method: payment.payment_method?.type,
    receiptStatus: receiptStatusOf(payment.receipt_registration),
  }
}

export function translateRefund(refund: WireRefund): ProviderRefund | undefined {
  const createdAt = parseInstant(refund.created_at)
  const amountKopecks = decimalToKopecks(refund.amount.value)
  if (createdAt === undefined || amountKopecks === undefined) return undefined
  const status = refund.status === 'canceled' ? 'cancelled' : refund.status
  return {
    id: refund.id,
    paymentId: refund.payment_id,
    status,
    amountKopecks,
    currency: refund.amount.currency,
    createdAt,
    cancelReason: status === 'cancelled' ? reasonOf(refund.cancellation_details?.reason) : undefined,
    receiptStatus: receiptStatusOf(refund.receipt_registration),
  }
}

export const translateReceipt = (receipt: WireReceipt): ProviderReceipt => ({
  id: receipt.id,
  status: receiptStatusOf(receipt.status) ?? 'pending',
})

/** What an answer means that is no success. `writes`: whether the call might have changed something. */
export function translateFailure(
  answer: HttpAnswer | undefined,
  writes: boolean,
): Exclude<Answer<never>, { kind: 'ok' }> {
  // They say so themselves of a 500; a proxy's 502, a broken answer and silence mean no more.
  const unsure = { kind: writes ? 'unknown' : 'unavailable' } as const
  if (!answer) return unsure
  const { status } = answer
  if (status === 429) return { kind: 'unavailable' }
  const error = wireError.safeParse(answer.body).data
  if (status === 401 || status === 403) return refused('account_trouble', error?.parameter)
  if (!error || status < 400 || status >= 500) return unsure
  if (status === 404) return refused('not_found', error.parameter)
  return refused(refusalOf(error.parameter), error.parameter)
}

/** Besides the parameter, YooKassa says in prose only why it refuses. */
function refusalOf(parameter: string | undefined): ProviderRefusal {
  if (parameter === undefined || parameter === 'payment_id') return 'wrong_state'
  if (/^idempotence-key$/i.test(parameter)) return 'key_reused'
  if (parameter.startsWith('amount')) return 'amount_refused'
  if (/^(receipt|customer|items|settlements|tax_system_code)/.test(parameter)) return 'receipt_refused'
  return 'rejected'
}

export const orderBody = (order: PaymentOrder, currency: string) => ({
  amount: amountBody(order.amountKopecks, currency),
  // Left out it would mean two stages.
  capture: order.capture === 'now',
  confirmation: {
    type: 'redirect',
    return_url: order.returnUrl,
    locale: order.language === 'ru' ? 'ru_RU' : 'en_US',
  },
  description: shortened(order.description),
  metadata: {
    payment_id: order.metadata.paymentId,
    booking_id: order.metadata.bookingId,
    environment: order.metadata.environment,
  },
  ...(order.receipt && { receipt: receiptBody(order.receipt, currency) }),
})

export const refundBody = (order: RefundOrder, currency: string) => ({
  payment_id: order.paymentId,
  amount: amountBody(order.amountKopecks, currency),
  description: shortened(order.description),
  ...(order.receipt && { receipt: receiptBody(order.receipt, currency) }),
})

export const receiptOrderBody = (order: ReceiptOrder, currency: string) => ({
  type: order.type,
  ...(order.type === 'payment' ? { payment_id: order.of } : { refund_id: order.of }),
  send: true,
  ...receiptBody(order.receipt, currency),
  settlements: order.settlements.map(({ type, amountKopecks }) => ({
    type,
    amount: amountBody(amountKopecks, currency),
  })),
})

const receiptBody = ({ customer, items, taxSystemCode }: Receipt, currency: string) => ({
  customer: 'email' in customer ? { email: customer.email } : { phone: customer.phone.replaceAll(/\D/g, '') },
  items: items.map((item) => ({
    description: shortened(item.description),
    amount: amountBody(item.amountKopecks, currency),
    quantity: item.quantity,
    vat_code: item.vatCode,
    payment_subject: item.subject,
    payment_mode: item.mode,
  })),
  ...(taxSystemCode !== undefined && { tax_system_code: taxSystemCode }),
})

const amountBody = (kopecks: number, currency: string) => ({ value: kopecksToDecimal(kopecks), currency })

/** 150005 → "1500.05". */
export function kopecksToDecimal(kopecks: number): string {
  const digits = String(kopecks).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** "1500.05" → 150005, digit by digit; more than two decimals are no sum of money. */
export function decimalToKopecks(text: string): number | undefined {
  const [, rubles, kopecks = ''] = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text) ?? []
  return rubles === undefined ? undefined : Number(rubles) * 100 + Number(kopecks.padEnd(2, '0'))
}

const STATUSES: Readonly<Record<WirePayment['status'], PaymentStatus>> = {
  pending: 'pending',
  waiting_for_capture: 'waiting_for_capture',
  succeeded: 'succeeded',
  canceled: 'cancelled',
}

const refused = (code: ProviderRefusal, parameter: string | undefined) =>
  ({ kind: 'refused', code, parameter }) as const

const reasonOf = (reason: string | undefined): CancelReason => REASONS.get(reason) ?? 'other'
const instantOf = (text: string | null | undefined) => (text ? parseInstant(text) : undefined)
const receiptStatusOf = (status: 'pending' | 'succeeded' | 'canceled' | null | undefined) =>
  status === 'canceled' ? 'cancelled' : (status ?? undefined)
const given = (name: keyof ProviderPayment['metadata'], value: unknown) =>
  typeof value === 'string' ? { [name]: value } : {}

/** Not through the middle of a character that takes two places. */
const shortened = (text: string) =>
  text.length <= MAX_DESCRIPTION ? text : text.slice(0, MAX_DESCRIPTION).replace(/[\uD800-\uDBFF]$/, '')
