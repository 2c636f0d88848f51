import type { Language } from '../platform/problem.ts'
import { CANCEL_REASONS } from './reasons.ts'

/** Why a payment came to nothing, besides what providers say. In words for the client. */
const OWN_REASONS = {
  hold_ended: {
    ru: 'Время брони вышло раньше оплаты. Если деньги списались, они вернутся.',
    en: 'The hold ended before the payment. If money was taken, it comes back.',
  },
  slot_taken: {
    ru: 'Это время уже занято. Деньги возвращаются.',
    en: 'The time was taken by then. The money comes back.',
  },
  booking_refused: {
    ru: 'Салон не смог принять запись на это время. Деньги возвращаются.',
    en: 'The salon could not take the booking. The money comes back.',
  },
  payment_differs: {
    ru: 'Оплата не совпала с заказом. Деньги возвращаются.',
    en: 'What was paid differs from the order. The money comes back.',
  },
  provider_refused: {
    ru: 'Платёжная система не приняла заказ. Попробуйте позже или позвоните в салон.',
    en: 'The payment system did not take the order. Try later or call the salon.',
  },
  insufficient_balance: {
    ru: 'Бонусов уже не хватает.',
    en: 'There are not enough bonuses any more.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>

export type OwnReason = keyof typeof OWN_REASONS

/** Why nothing came of a payment, in words; of a reason that this version does not know the general one. */
export function sayReason(code: string, language: Language): string {
  const words: Readonly<Record<string, Readonly<Record<Language, string>>>> = { ...CANCEL_REASONS, ...OWN_REASONS }
  return (words[code] ?? CANCEL_REASONS.other)[language]
}

/** What a person in the salon should look at; listed until somebody closes it. */
export const EXCEPTIONS = [
  /** Money came when the time was no longer the client's; it goes back by itself. */
  'paid_in_vain',
  /** Sum, currency, shop or kind of payment are not those of the order. */
  'payment_differs',
  'provider_refused',
  /** The provider does not know a payment that it has given us. */
  'not_at_provider',
  /** A day has gone by and nobody knows whether the provider has it. */
  'outcome_unknown',
  'refund_failed',
  'refund_unknown',
  /** Money goes back, or was to, and the visit is on again. */
  'visit_came_back',
  /** The visit stands though its money did not come. */
  'visit_unpaid',
  /** What was put aside was gone when it was to be spent. */
  'bonuses_lost',
  /** The sums do not add up. */
  'sums_differ',
] as const
export type PaymentException = (typeof EXCEPTIONS)[number]
