export type Language = 'ru' | 'en'

/** What `--lang` says; Russian by default, because the salon's owner reads it. */
export function readLanguage(flag: string): Language {
  if (flag !== 'ru' && flag !== 'en') throw new Error('--lang: ru, en')
  return flag
}
