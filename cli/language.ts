export const LANGUAGES = ['ru', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** The same in both. */
export type Said = Readonly<Record<Language, string>>

/** What `--lang` says, or else Russian where the computer speaks Russian. */
export function languageOf(flag: string | undefined, locale: string): Language | undefined {
  if (flag === undefined) return /^ru\b/i.test(locale) ? 'ru' : 'en'
  return LANGUAGES.find((language) => language === flag)
}

/** As the operating system or, where there are such variables, the shell says. */
export const systemLocale = (env: NodeJS.Dict<string>): string =>
  (env.LC_ALL || env.LC_MESSAGES || env.LANG || new Intl.DateTimeFormat().resolvedOptions().locale).replace('_', '-')
