export interface LoyaltyLevel {
  readonly code: string
  readonly nameRu: string
  readonly nameEn: string
  readonly minSpendKopecks: number
  readonly percentBasisPoints: number
}

/** By which it is noticed that levels have changed since they were seen, in the order of their thresholds. */
export const levelsKey = (levels: readonly LoyaltyLevel[]): string =>
  JSON.stringify(
    levels.map(({ code, nameRu, nameEn, minSpendKopecks, percentBasisPoints }) => [
      code,
      nameRu,
      nameEn,
      minSpendKopecks,
      percentBasisPoints,
    ]),
  )

/** The level reached by this much spending, and the next one if there is one. `levels` in any order. */
export function levelFor(
  spendKopecks: number,
  levels: readonly LoyaltyLevel[],
): { level: LoyaltyLevel | undefined; next: LoyaltyLevel | undefined } {
  const ladder = [...levels].sort((a, b) => a.minSpendKopecks - b.minSpendKopecks)
  return {
    level: ladder.findLast((level) => level.minSpendKopecks <= spendKopecks),
    next: ladder.find((level) => level.minSpendKopecks > spendKopecks),
  }
}

/** Lowest first: does each begin above the one before, and is each called by a code of its own? */
export const isLadder = (levels: readonly LoyaltyLevel[]): boolean =>
  levels.every((level, index) => level.minSpendKopecks > (levels[index - 1]?.minSpendKopecks ?? -1)) &&
  new Set(levels.map(({ code }) => code)).size === levels.length

/** 100 % in basis points. */
export const WHOLE_BASIS_POINTS = 10_000

/** Cashback in whole points: percent of the base in rubles, rounded down. 514 750 kopecks at 500 bp (5 %) = 257. */
export function cashbackPoints(baseKopecks: number, percentBasisPoints: number): number {
  return Math.floor((baseKopecks * percentBasisPoints) / (WHOLE_BASIS_POINTS * 100))
}
