export const PROVIDERS = ['none', 'yookassa', 'stripe'] as const
export const PAYMENT_STATUSES = ['creating', 'pending', 'succeeded', 'cancelled'] as const
export const BONUS_STATES = ['none', 'reserved', 'captured', 'released'] as const
export const REFUND_STATUSES = ['creating', 'pending', 'succeeded', 'failed'] as const
export const REFUND_CAUSES = ['cancelled_visit', 'exception', 'administrator'] as const
export const RECEIPT_STATUSES = ['owed', 'pending', 'registered'] as const
