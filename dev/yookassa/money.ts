/** Whole kopecks of a decimal with exactly two digits behind the dot; undefined if it is none. */
export function kopecksOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,9}\.\d\d$/.test(value) ? Number(value.replace('.', '')) : undefined
}

export const rubles = (kopecks: number) => ({
  value: `${Math.floor(kopecks / 100)}.${String(kopecks % 100).padStart(2, '0')}`,
  currency: 'RUB',
})
