/** Shares a sum out by weights: whole kopecks that add up to the sum exactly, the remainders largest first. Pure. */
export function shareOut(sumKopecks: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (weights.length === 0) return []
  // Nothing to go by: the first carries it.
  if (total <= 0) return weights.map((_, index) => (index === 0 ? sumKopecks : 0))
  // BigInt, because a hundred million rubles times a price in kopecks is beyond what a float holds.
  const shares = weights.map((weight) => {
    const product = BigInt(sumKopecks) * BigInt(weight)
    return { whole: Number(product / BigInt(total)), rest: Number(product % BigInt(total)) }
  })
  const missing = sumKopecks - shares.reduce((sum, { whole }) => sum + whole, 0)
  const order = shares.map((_, index) => index).sort((a, b) => restAt(shares, b) - restAt(shares, a) || a - b)
  const lucky = new Set(order.slice(0, missing))
  return shares.map(({ whole }, index) => whole + (lucky.has(index) ? 1 : 0))
}

const restAt = (shares: readonly { rest: number }[], index: number) => shares[index]?.rest ?? 0

export interface PricedItem {
  readonly name: string
  readonly amountKopecks: number
}

/** More a receipt may not have. */
const MOST_ITEMS = 100
const LONGEST_NAME = 128

/**
 * The lines of a receipt for a visit: its services at what was charged for them in money, bonuses being a discount on all of
 * them alike. A line of nothing is left out. Pure.
 */
export function receiptItems(
  services: readonly { readonly name: string; readonly priceKopecks: number }[],
  visitName: string,
  chargedKopecks: number,
): PricedItem[] {
  const named = services.length > 0 && services.length <= MOST_ITEMS ? services : [{ name: visitName, priceKopecks: 1 }]
  const sums = shareOut(
    chargedKopecks,
    named.map(({ priceKopecks }) => priceKopecks),
  )
  return named.flatMap(({ name }, index) => {
    const amountKopecks = sums[index] ?? 0
    return amountKopecks > 0
      ? { name: (name.trim() || visitName || 'Услуга').slice(0, LONGEST_NAME), amountKopecks }
      : []
  })
}
