import type { Context } from '../context.ts'
import type { CancelReason } from './reasons.ts'

/**
 * What a payment provider can do for us, in our words. Providers keep no state here and get the context with each call.
 *
 * A visit is paid in two stages (`capture: 'later'`): the client's money is only blocked until the slot is certainly his.
 * If the hold was lost meanwhile, cancelling costs nobody anything, while a refund loses the provider's fee. Some ways of
 * paying know one stage only and skip `waiting_for_capture`, and the salon may prefer them (`config.payments.capture`), so
 * whoever uses this has to expect `succeeded` at once as well.
 */
export interface PaymentProvider {
  readonly name: 'yookassa' | 'stripe'
  /** False: fiscal receipts are no business of this provider, and those of an order are left out. */
  readonly sendsReceipts: boolean

  /** The answer carries the page where the client pays. */
  createPayment(ctx: Context, order: PaymentOrder, key: IdempotencyKey): Promise<Answer<ProviderPayment>>
  /** Takes the id of an answer or of a notification; `id` of what comes back is the one to keep. */
  readPayment(ctx: Context, paymentId: string): Promise<Answer<ProviderPayment>>
  /** Takes the blocked money, all of it. */
  capturePayment(ctx: Context, paymentId: string, key: IdempotencyKey): Promise<Answer<ProviderPayment>>
  /**
   * Gives blocked money back. A payment that the client has not paid yet cannot be cancelled everywhere (YooKassa:
   * `wrong_state`): then it has to be watched until it ends, and cancelled or refunded if it is paid after all.
   */
  cancelPayment(ctx: Context, paymentId: string, key: IdempotencyKey): Promise<Answer<ProviderPayment>>
  /** Oldest or newest first, as the provider likes. */
  listPayments(ctx: Context, query: ListQuery): Promise<Answer<Listed<ProviderPayment>>>

  createRefund(ctx: Context, order: RefundOrder, key: IdempotencyKey): Promise<Answer<ProviderRefund>>
  readRefund(ctx: Context, refundId: string): Promise<Answer<ProviderRefund>>
  listRefunds(ctx: Context, query: ListQuery): Promise<Answer<Listed<ProviderRefund>>>

  /** A receipt of its own, such as the second one when a prepaid visit has taken place. */
  sendReceipt(ctx: Context, order: ReceiptOrder, key: IdempotencyKey): Promise<Answer<ProviderReceipt>>
  readReceipt(ctx: Context, receiptId: string): Promise<Answer<ProviderReceipt>>

  /** Which object a notification speaks of. What it says about the object is not believed: read the object. */
  readNotification(ctx: Context, received: ReceivedNotification): Promise<Notification>
}

/**
 * Of the caller's making, at most 64 characters. The same work repeated under it is done once, 24 hours long. A refusal is
 * remembered under it too: what was `wrong_state` then has to be tried with a new key.
 */
export type IdempotencyKey = string

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** Nothing was done, and repeating does not help. */
  | { readonly kind: 'refused'; readonly code: ProviderRefusal; readonly parameter: string | undefined }
  /** Whether it was done is not known: repeat it with the SAME key (about once a minute) until that is known. */
  | { readonly kind: 'unknown' }
  /** Nothing was done, because the provider is overloaded, or (when reading) does not answer: try again later. */
  | { readonly kind: 'unavailable' }

export type ProviderRefusal =
  /** Wrong shop, secret or rights: a person has to act. */
  | 'account_trouble'
  | 'not_found'
  /** The key was used with other data. */
  | 'key_reused'
  /** The payment is in no state for that: paid, cancelled, not paid yet, already refunded. */
  | 'wrong_state'
  | 'amount_refused'
  | 'receipt_refused'
  /** This provider has no such thing. */
  | 'not_supported'
  /** Anything else in the request. */
  | 'rejected'

export interface PaymentOrder {
  readonly amountKopecks: number
  /** `now`: money is taken as the client pays. `later`: it is blocked until `capturePayment`. Never left to the provider. */
  readonly capture: 'now' | 'later'
  /** Shown to the client; at most 128 characters are sent. */
  readonly description: string
  /** Where the provider sends the client's browser. That he comes back proves nothing. */
  readonly returnUrl: string
  readonly language: 'ru' | 'en'
  /** When the client asked for it; the same in a repetition, like everything else here. */
  readonly orderedAt: number
  /** Not to be paid after this, where the provider can say so; see `payableUntil` for what it made of it. */
  readonly expiresAt: number
  readonly metadata: PaymentMetadata
  readonly receipt: Receipt | undefined
}

/** Comes back with the payment, and tells payments of another environment apart. */
export interface PaymentMetadata {
  readonly paymentId: string
  readonly bookingId: string
  readonly environment: string
}

export type PaymentStatus = 'pending' | 'waiting_for_capture' | 'succeeded' | 'cancelled'

export interface ProviderPayment {
  readonly id: string
  readonly status: PaymentStatus
  readonly amountKopecks: number
  readonly currency: string
  /** Of refunds that succeeded. */
  readonly refundedKopecks: number
  readonly isTest: boolean
  /** Whether it was paid to the account of our settings. */
  readonly isOurs: boolean
  readonly createdAt: number
  readonly capturedAt: number | undefined
  /** Until when a `pending` payment may still be paid. */
  readonly payableUntil: number | undefined
  /** Until when a payment that waits for capture may be captured. */
  readonly captureUntil: number | undefined
  /** Where the client pays, while he can. */
  readonly confirmationUrl: string | undefined
  /** Of a cancelled one. */
  readonly cancelReason: CancelReason | undefined
  /** As the provider keeps it: absent or strange for payments that others made. */
  readonly metadata: Partial<PaymentMetadata>
  /** `bank_card`, `sbp`, `card` …: the provider's word. */
  readonly method: string | undefined
  readonly receiptStatus: ReceiptStatus | undefined
}

export interface RefundOrder {
  readonly paymentId: string
  readonly amountKopecks: number
  readonly description: string
  readonly receipt: Receipt | undefined
}

export interface ProviderRefund {
  readonly id: string
  /** As the payment's `id`; a refund made in the provider's own windows may name it otherwise. */
  readonly paymentId: string
  /** There is no notification of a refused one: pending refunds have to be read. */
  readonly status: 'pending' | 'succeeded' | 'cancelled'
  readonly amountKopecks: number
  readonly currency: string
  readonly createdAt: number
  readonly cancelReason: CancelReason | undefined
  readonly receiptStatus: ReceiptStatus | undefined
}

export interface ListQuery {
  /** When they were made: from, including; up to, excluding. */
  readonly from: number
  readonly to: number
  readonly cursor?: string | undefined
}

export interface Listed<T> {
  readonly items: readonly T[]
  /** How many of the page could not be read: a difference to show, not to swallow. */
  readonly unreadable: number
  readonly nextCursor: string | undefined
}

/** A fiscal receipt (54-FZ). Its items add up to the money of the operation. */
export interface Receipt {
  readonly customer: { readonly email: string } | { readonly phone: string }
  readonly items: readonly ReceiptItem[]
  readonly taxSystemCode: TaxSystemCode | undefined
}

export interface ReceiptItem {
  /** At most 128 characters are sent. */
  readonly description: string
  /** Of one. */
  readonly amountKopecks: number
  readonly quantity: number
  readonly vatCode: VatCode
  readonly subject: 'service' | 'commodity' | 'payment' | 'another'
  readonly mode: 'full_prepayment' | 'partial_prepayment' | 'advance' | 'full_payment' | 'partial_payment'
}

/**
 * 1 none, 2 0 %, 3 10 %, 4 20 %, 5 10/110, 6 20/120, 7 5 %, 8 7 %, 9 5/105, 10 7/107, and from 1 January 2026 11 22 %,
 * 12 22/122.
 */
export type VatCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12
export type TaxSystemCode = 1 | 2 | 3 | 4 | 5 | 6
export type ReceiptStatus = 'pending' | 'succeeded' | 'cancelled'

export interface ReceiptOrder {
  /** Of a payment, or of a refund of it. */
  readonly type: 'payment' | 'refund'
  /** Id of that payment, or of that refund. */
  readonly of: string
  readonly receipt: Receipt
  /** With what it was paid: a prepaid visit with its prepayment. */
  readonly settlements: readonly {
    readonly type: 'cashless' | 'prepayment' | 'postpayment' | 'consideration'
    readonly amountKopecks: number
  }[]
}

export interface ProviderReceipt {
  readonly id: string
  readonly status: ReceiptStatus
}

export interface ReceivedNotification {
  readonly headers: Headers
  /** As it came, byte for byte: signatures are over it. */
  readonly rawBody: string
  /** `CF-Connecting-IP`. */
  readonly peerAddress: string | undefined
}

export type Notification =
  | { readonly kind: 'about'; readonly object: 'payment' | 'refund'; readonly id: string; readonly event: string }
  /** Genuine, and of nothing that we handle. */
  | { readonly kind: 'ignored'; readonly event: string }
  | { readonly kind: 'rejected'; readonly reason: 'sender' | 'signature' | 'stale' | 'body' }
