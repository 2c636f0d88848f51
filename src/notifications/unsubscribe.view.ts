import type { Language } from '../platform/problem.ts'

const TEXTS = {
  ru: { ask: 'Больше не присылать такие письма?', yes: 'Не присылать', done: 'Готово: таких писем больше не будет.' },
  en: { ask: 'Send no such mails any more?', yes: 'Send none', done: 'Done: there will be no such mails.' },
} as const satisfies Record<Language, Record<string, string>>

/** The page behind the link in a mail. Nothing in it comes from outside; the form posts to its own address. */
export function unsubscribePage(language: Language, state: 'ask' | 'done'): string {
  const t = TEXTS[language]
  const button = state === 'ask' ? `<form method="post"><button>${t.yes}</button></form>` : ''
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${t[state]}</title></head><body><p>${t[state]}</p>${button}</body></html>`
}
