import type { LoyaltyLevel } from '../loyalty/levels.ts'
import { rublesToKopecks } from '../platform/money.ts'
import { cleanText } from '../platform/text.ts'

type Typed = Readonly<Record<string, string>>

/** A form of levels has so many groups of fields at most, one more than there are levels. Pure, as all of this file. */
export const MAX_LEVELS = 10

/** The fields of level n, as they are called in the form. */
export const fieldsOf = (index: number) => ({
  code: `code-${index}`,
  nameRu: `ru-${index}`,
  nameEn: `en-${index}`,
  minSpend: `min-${index}`,
  percent: `percent-${index}`,
})

/** What the form shows of levels as they are. */
export const typedOf = (levels: readonly LoyaltyLevel[]): Typed =>
  Object.fromEntries(
    levels.flatMap((level, index) => {
      const field = fieldsOf(index)
      return [
        [field.code, level.code],
        [field.nameRu, level.nameRu],
        [field.nameEn, level.nameEn],
        [field.minSpend, decimal(level.minSpendKopecks)],
        [field.percent, decimal(level.percentBasisPoints)],
      ]
    }),
  )

/** Hundredths as people write them: 750 is "7,5". */
const decimal = (hundredths: number) => String(hundredths / 100).replace('.', ',')

/** "7,5" or "30 000" in hundredths. */
function hundredths(text: string, max: number): number | undefined {
  const value = rublesToKopecks(text.replace(/\s/g, ''))
  return value !== undefined && value <= max ? value : undefined
}

const WHOLE = 10_000
const MAX_KOPECKS = 10_000_000_000
const CODE = /^[a-z][a-z0-9-]{0,19}$/

/** The levels that were typed, those without any name left out; or the fields that are wrong. */
export function readLevels(typed: Typed): { levels: LoyaltyLevel[]; wrong: ReadonlySet<string> } {
  const wrong = new Set<string>()
  const taken = new Set(Array.from({ length: MAX_LEVELS }, (_, index) => typed[fieldsOf(index).code] ?? ''))
  const levels: LoyaltyLevel[] = []
  for (let index = 0; index < MAX_LEVELS; index++) {
    const field = fieldsOf(index)
    const [nameRu, nameEn] = [name(typed[field.nameRu]), name(typed[field.nameEn])]
    if (nameRu === '' && nameEn === '') continue
    const minSpendKopecks = hundredths(typed[field.minSpend] ?? '', MAX_KOPECKS)
    const percentBasisPoints = hundredths(typed[field.percent] ?? '', WHOLE)
    if (nameRu === '') wrong.add(field.nameRu)
    if (nameEn === '') wrong.add(field.nameEn)
    if (minSpendKopecks === undefined) wrong.add(field.minSpend)
    if (percentBasisPoints === undefined) wrong.add(field.percent)
    if (minSpendKopecks === undefined || percentBasisPoints === undefined) continue
    const code = typed[field.code] ?? ''
    levels.push({ code: CODE.test(code) ? code : freeCode(taken), nameRu, nameEn, minSpendKopecks, percentBasisPoints })
  }
  return { levels, wrong }
}

const name = (text = '') => cleanText(text, 40) ?? ''

/** People do not see codes, so a new level gets one by itself. */
function freeCode(taken: Set<string>): string {
  let number = 1
  while (taken.has(`level-${number}`)) number++
  taken.add(`level-${number}`)
  return `level-${number}`
}
