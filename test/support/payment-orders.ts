import type { PaymentOrder, Receipt } from '../../src/payments/provider.ts'
import { MINUTE_MS } from '../../src/platform/time.ts'
import { NOON } from './world.ts'

export const RECEIPT: Receipt = {
  customer: { email: 'anna@example.com' },
  items: [
    {
      description: 'Массаж',
      amountKopecks: 150_005,
      quantity: 1,
      vatCode: 1,
      subject: 'service',
      mode: 'full_prepayment',
    },
  ],
  taxSystemCode: 2,
}

/** An order of 1500.05 that can be repeated. */
export const order = (changes: Partial<PaymentOrder> = {}): PaymentOrder => ({
  amountKopecks: 150_005,
  capture: 'later',
  description: 'Массаж, 16 сентября 12:00',
  returnUrl: 'https://app.spa.test/paid',
  language: 'ru',
  orderedAt: NOON,
  expiresAt: NOON + 15 * MINUTE_MS,
  metadata: { paymentId: '7', bookingId: '42', environment: 'test' },
  receipt: RECEIPT,
  ...changes,
})
