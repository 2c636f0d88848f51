import type { Language } from '../../platform/problem.ts'

/** Texts of a page in both languages. English that misses a key of the Russian, or has one more, does not compile. */
export const inBoth = <T>(ru: T, en: NoInfer<T>): Readonly<Record<Language, T>> => ({ ru, en })

type Form = 'one' | 'few' | 'many'
const rules = { ru: new Intl.PluralRules('ru'), en: new Intl.PluralRules('en') }

/** "5 бонусов", "1 бонус", "2 бонуса"; in English the form "few" is never asked for. */
export function counted(count: number, forms: Readonly<Record<Form, string>>, language: Language): string {
  const rule = rules[language].select(Math.abs(count))
  const form = rule === 'one' || rule === 'few' ? forms[rule] : forms.many
  return `${wholeNumber(count, language)} ${form}`
}

/** "12 345", with spaces that do not break. */
export const wholeNumber = (value: number, language: Language): string =>
  new Intl.NumberFormat(language, { useGrouping: true }).format(value).replace('-', '−')
