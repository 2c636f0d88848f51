import type { Language } from '../platform/problem.ts'
import { HOUR_MS } from '../platform/time.ts'

/** What comes back of a paid visit that is cancelled, by how long before it that happens; as it was when it was paid. */
export interface RefundPolicy {
  /** Everything, until so many hours before. */
  readonly fullRefundHours: number
  /** Then a share, until so many hours before; then nothing. */
  readonly partialRefundHours: number
  readonly partialRefundBasisPoints: number
}

const WHOLE = 10_000

/** The share that comes back, in basis points, for a visit that is cancelled at this instant. Pure. */
export function refundShare(policy: RefundPolicy, startsAt: number, cancelledAt: number): number {
  const ahead = startsAt - cancelledAt
  if (ahead >= policy.fullRefundHours * HOUR_MS) return WHOLE
  return ahead >= policy.partialRefundHours * HOUR_MS ? policy.partialRefundBasisPoints : 0
}

/** Money and bonuses that come back by this share; halves of a kopeck and of a point in the client's favour. Pure. */
export const shareOf = (paid: { amountKopecks: number; points: number }, shareBasisPoints: number) => ({
  amountKopecks: Math.ceil((paid.amountKopecks * shareBasisPoints) / WHOLE),
  points: Math.ceil((paid.points * shareBasisPoints) / WHOLE),
})

/** The policy for people, shown before they pay. Pure. */
export function sayPolicy(policy: RefundPolicy, language: Language): string {
  const { fullRefundHours: full, partialRefundHours: partial } = policy
  const percent = policy.partialRefundBasisPoints / 100
  const hasPart = partial < full && percent > 0
  if (language === 'en') {
    const part = hasPart ? ` Until ${partial} h before: ${percent} %.` : ''
    return `Full refund if cancelled at least ${full} h before the visit.${part} Later nothing is refunded.`
  }
  const part = hasPart ? ` Не позднее чем за ${partial} ч — ${percent} %.` : ''
  return `При отмене не позднее чем за ${full} ч до визита возвращается всё.${part} Позже возврата нет.`
}
