import type { Language } from '../platform/problem.ts'
import type { Channel } from './notice.ts'
import type { NoticeText } from './notice-text.ts'
import { escapeHtml, oneLine } from './one-line.ts'

/** A message as it is handed to a provider. */
export interface Letter {
  /** Names it; the same for each attempt, so that a provider that can tells a repetition. */
  readonly id: string
  readonly channel: Channel
  /** E.164, a mail address or a phone's token. */
  readonly to: string
  /** Of a mail, or the title of a push; SMS have none. */
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** Of a visit. */
  readonly calendar?: { readonly method: 'REQUEST' | 'CANCEL'; readonly content: string }
  /** One click ends such mails. */
  readonly unsubscribeUrl?: string
  /** Of a push: what the app opens. */
  readonly data?: Readonly<Record<string, string>>
}

const STOP: Readonly<Record<Language, string>> = { ru: 'Не присылать такие письма', en: 'Send me no such mails' }

/** A notice as a mail, in plain text and in small HTML. Pure. */
export function mailOf(
  said: NoticeText,
  about: { readonly language: Language; readonly salonName: string; readonly unsubscribeUrl: string | undefined },
): { readonly subject: string; readonly text: string; readonly html: string } {
  const { language, unsubscribeUrl } = about
  const salon = oneLine(about.salonName)
  const stop = STOP[language]
  const text = [said.title, ...said.sentences, salon].join('\n\n')
  const paragraphs = said.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('')
  const link = unsubscribeUrl
    ? `<p><small><a href="${escapeHtml(unsubscribeUrl)}">${escapeHtml(stop)}</a></small></p>`
    : ''
  return {
    subject: `${said.title} — ${salon}`,
    text: unsubscribeUrl ? `${text}\n\n${stop}: ${unsubscribeUrl}` : text,
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(said.title)}</title></head><body style="font:16px/1.5 sans-serif"><h1 style="font-size:20px">${escapeHtml(said.title)}</h1>${paragraphs}<p>${escapeHtml(salon)}</p>${link}</body></html>`,
  }
}
