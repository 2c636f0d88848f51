import { rubles } from './money.ts'
import { type FiscalReceipt, type Payment, type Refund, refundedKopecks, type Till } from './state.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

const iso = (instant: number) => new Date(instant).toISOString()

export interface Names {
  readonly shopId: string
  readonly payUrl: (paymentId: string) => string
}

export function paymentView(till: Till, payment: Payment, names: Names): JsonObject {
  const refunded = refundedKopecks(till, payment.id, true)
  const { status, cancellation, method, card, receipt } = payment
  const view: JsonObject = {
    id: payment.id,
    status,
    amount: rubles(payment.kopecks),
    recipient: { account_id: names.shopId, gateway_id: '2000001' },
    created_at: iso(payment.createdAt),
    test: true,
    paid: status === 'waiting_for_capture' || status === 'succeeded',
    refundable: status === 'succeeded' && refunded < payment.kopecks,
    metadata: payment.metadata,
  }
  if (payment.description !== undefined) view.description = payment.description
  if (status === 'pending') {
    const urls = { return_url: payment.returnUrl, confirmation_url: names.payUrl(payment.id) }
    view.confirmation = { type: 'redirect', ...urls }
  }
  if (payment.capturedAt !== undefined) view.captured_at = iso(payment.capturedAt)
  if (status === 'waiting_for_capture' && payment.expiresAt !== undefined) view.expires_at = iso(payment.expiresAt)
  if (cancellation) view.cancellation_details = { ...cancellation }
  if (status === 'succeeded') {
    view.income_amount = rubles(payment.kopecks - Math.round(payment.kopecks * FEE))
    view.refunded_amount = rubles(refunded)
  }
  if (method !== undefined) {
    const base = { type: method, id: payment.id, saved: false, status: 'inactive' }
    view.payment_method = card ? { ...base, title: `Bank card *${card.last4}`, card: { ...card } } : base
  }
  if (receipt) view.receipt_registration = receipt.status
  return view
}

const FEE = 0.035

export function refundView(refund: Refund): JsonObject {
  return {
    id: refund.id,
    payment_id: refund.paymentId,
    status: refund.status,
    created_at: iso(refund.createdAt),
    amount: rubles(refund.kopecks),
    ...(refund.description !== undefined && { description: refund.description }),
    ...(refund.status === 'canceled' && {
      cancellation_details: { party: 'yoo_money', reason: refund.reason ?? 'general_decline' },
    }),
    ...(refund.receipt && { receipt_registration: refund.receipt.status }),
  }
}

export function receiptView(receipt: FiscalReceipt): JsonObject {
  return {
    id: receipt.id,
    type: receipt.type,
    payment_id: receipt.paymentId,
    ...(receipt.refundId !== undefined && { refund_id: receipt.refundId }),
    status: receipt.status,
    items: receipt.items.map((item) => ({
      description: item.description,
      quantity: item.quantity,
      amount: rubles(item.kopecks),
      vat_code: item.vatCode,
      payment_subject: item.subject,
      payment_mode: item.mode,
    })),
    settlements: receipt.settlements.map(({ type, kopecks }) => ({ type, amount: rubles(kopecks) })),
    ...(receipt.taxSystemCode !== undefined && { tax_system_code: receipt.taxSystemCode }),
    ...(receipt.status === 'succeeded' && {
      fiscal_document_number: '3986',
      fiscal_storage_number: '9288000100115785',
    }),
  }
}
