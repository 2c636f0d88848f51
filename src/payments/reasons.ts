import type { Language } from '../platform/problem.ts'

/** Why a payment or a refund was cancelled, in words for the client. The keys are ours and stable. */
export const CANCEL_REASONS = {
  bank_check_failed: {
    ru: 'Не пройдено подтверждение банка (3-D Secure). Попробуйте ещё раз или возьмите другую карту.',
    en: 'The bank’s check (3-D Secure) was not passed. Try again or use another card.',
  },
  call_your_bank: {
    ru: 'Банк отклонил платёж. Узнайте причину в банке или возьмите другую карту.',
    en: 'The bank declined the payment. Ask the bank why, or use another card.',
  },
  cancelled_by_salon: { ru: 'Платёж отменён салоном.', en: 'The salon cancelled the payment.' },
  card_expired: { ru: 'Срок действия карты истёк.', en: 'The card has expired.' },
  country_not_allowed: {
    ru: 'Картой этой страны заплатить нельзя. Возьмите другую карту.',
    en: 'Cards of this country are not accepted. Use another card.',
  },
  deal_expired: { ru: 'Срок сделки истёк.', en: 'The deal has expired.' },
  not_captured_in_time: {
    ru: 'Оплата не была подтверждена вовремя, деньги вернулись на карту.',
    en: 'The payment was not confirmed in time; the money is back on the card.',
  },
  not_paid_in_time: { ru: 'Время на оплату вышло.', en: 'The time to pay has run out.' },
  suspected_fraud: {
    ru: 'Платёж остановлен проверкой безопасности. Возьмите другую карту или другой способ оплаты.',
    en: 'A security check stopped the payment. Use another card or another way to pay.',
  },
  declined: {
    ru: 'Платёж отклонён без объяснения причины. Попробуйте другую карту.',
    en: 'The payment was declined without a reason. Try another card.',
  },
  identification_required: {
    ru: 'Для оплаты из этого кошелька нужно пройти идентификацию.',
    en: 'This wallet needs identification before it can pay.',
  },
  insufficient_funds: { ru: 'Не хватает денег на карте.', en: 'There is not enough money on the card.' },
  provider_timeout: {
    ru: 'Технический сбой на стороне платёжной системы. Попробуйте ещё раз.',
    en: 'The payment system had a technical failure. Try again.',
  },
  wrong_card_number: { ru: 'Номер карты введён с ошибкой.', en: 'The card number is wrong.' },
  wrong_card_code: { ru: 'Код CVC/CVV введён с ошибкой.', en: 'The CVC/CVV code is wrong.' },
  bank_unavailable: {
    ru: 'Банк не отвечает. Попробуйте позже или возьмите другую карту.',
    en: 'The bank does not answer. Try later or use another card.',
  },
  loan_declined: { ru: 'В кредите отказано.', en: 'The loan was refused.' },
  method_limit_exceeded: {
    ru: 'Превышен лимит платежей для этого способа оплаты.',
    en: 'The limit of this payment method is exceeded.',
  },
  method_restricted: {
    ru: 'Операции с этим средством платежа запрещены. Возьмите другую карту.',
    en: 'This payment method is blocked. Use another card.',
  },
  permission_revoked: {
    ru: 'Разрешение на списание было отозвано.',
    en: 'The permission to charge was withdrawn.',
  },
  operator_not_supported: {
    ru: 'С номера этого мобильного оператора заплатить нельзя.',
    en: 'This mobile operator is not supported.',
  },
  refund_rejected_by_payee: {
    ru: 'Возврат не принят получателем. Салон свяжется с вами.',
    en: 'The recipient did not take the refund. The salon will contact you.',
  },
  refund_timed_out: {
    ru: 'Возврат не завершился вовремя. Салон свяжется с вами.',
    en: 'The refund was not finished in time. The salon will contact you.',
  },
  too_late_to_refund: {
    ru: 'Срок возврата на эту карту истёк. Салон свяжется с вами.',
    en: 'It is too late for a refund to this card. The salon will contact you.',
  },
  wallet_closed: {
    ru: 'Кошелёк закрыт, вернуть на него деньги нельзя. Салон свяжется с вами.',
    en: 'The wallet is closed and takes no refund. The salon will contact you.',
  },
  /** The provider names none, or one that nobody knows yet. */
  other: { ru: 'Платёж отменён.', en: 'The payment was cancelled.' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>

export type CancelReason = keyof typeof CANCEL_REASONS

export const cancelReasonInWords = (reason: CancelReason, language: Language): string =>
  CANCEL_REASONS[reason][language]

/** For values that come back from the database. */
export const isCancelReason = (text: string): text is CancelReason => Object.hasOwn(CANCEL_REASONS, text)
