/** What the shop's cabinet would show. Sums are kopecks, instants epoch milliseconds. */

export type PaymentStatus = 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled'

export interface Cancellation {
  party: 'merchant' | 'yoo_money' | 'payment_network'
  reason: string
}

export interface Payment {
  id: string
  status: PaymentStatus
  kopecks: number
  capture: boolean
  description: string | undefined
  metadata: Record<string, string>
  returnUrl: string
  createdAt: number
  capturedAt: number | undefined
  /** Of the blocked money. */
  expiresAt: number | undefined
  cancellation: Cancellation | undefined
  /** `bank_card` …, once somebody tried to pay. */
  method: string | undefined
  card: { first6: string; last4: string } | undefined
  receipt: FiscalReceipt | undefined
}

export interface Refund {
  id: string
  paymentId: string
  status: 'pending' | 'succeeded' | 'canceled'
  kopecks: number
  description: string | undefined
  createdAt: number
  /** When a pending one ends, and how. */
  endsAt: number
  endsAs: 'succeeded' | 'canceled'
  reason: string | undefined
  receipt: FiscalReceipt | undefined
}

export interface FiscalReceipt {
  id: string
  type: 'payment' | 'refund'
  paymentId: string
  refundId: string | undefined
  status: 'pending' | 'succeeded' | 'canceled'
  /** When registration ends, and how; undefined while the payment is not paid. */
  endsAt: number | undefined
  endsAs: 'succeeded' | 'canceled'
  items: ReceiptItem[]
  settlements: { type: string; kopecks: number }[]
  customer: { email?: string; phone?: string }
  taxSystemCode: number | undefined
}

export interface ReceiptItem {
  description: string
  kopecks: number
  quantity: number
  vatCode: number
  subject: string
  mode: string
}

export interface Till {
  payments: Map<string, Payment>
  refunds: Map<string, Refund>
  /** Those sent with a payment or refund, and those sent by themselves. */
  receipts: Map<string, FiscalReceipt>
  /** How many ids were given. */
  ids: number
}

export const emptyTill = (): Till => ({ payments: new Map(), refunds: new Map(), receipts: new Map(), ids: 0 })

/** Money on its way back, or back. */
export const refundedKopecks = (till: Till, paymentId: string, onlySucceeded = false): number =>
  [...till.refunds.values()]
    .filter((refund) => refund.paymentId === paymentId && refund.status !== 'canceled')
    .filter((refund) => !onlySucceeded || refund.status === 'succeeded')
    .reduce((sum, refund) => sum + refund.kopecks, 0)
