/** Largest sum a single visit may have: 100 million rubles. Anything above is a mistake or an attack. */
const MAX_KOPECKS = 10_000_000_000

/**
 * Rubles as YClients writes them (a number, or text such as "1300.00") → whole kopecks, half a kopeck rounded up.
 * Works on the decimal digits, because 1.005 * 100 is 100.49999… in floats. (PHP may write 769.9929999999999.)
 * Returns undefined for anything that is not a sum of money: negative, too large, not a number.
 */
export function rublesToKopecks(rubles: number | string): number | undefined {
  const match = /^(\d{1,12})(?:[.,](\d{1,30}))?$/.exec(String(rubles).trim())
  if (!match) return undefined
  const fraction = (match[2] ?? '').padEnd(3, '0')
  const kopecks = Number(match[1]) * 100 + Number(fraction.slice(0, 2)) + (fraction.charAt(2) >= '5' ? 1 : 0)
  return kopecks <= MAX_KOPECKS ? kopecks : undefined
}

/** Kopecks → text for people, in the Russian or English manner: "5 147,50 ₽" / "₽5,147.50". */
export function formatKopecks(kopecks: number, language: 'ru' | 'en'): string {
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'RUB',
    minimumFractionDigits: kopecks % 100 === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(kopecks / 100)
}

/** 1 point = 1 ruble = 100 kopecks. */
export const KOPECKS_PER_POINT = 100
