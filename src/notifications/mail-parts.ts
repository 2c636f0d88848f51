import type { Letter } from './letter.ts'

/** The file of a visit, as providers of mail take files. */
export const calendarFile = ({ method, content }: NonNullable<Letter['calendar']>) => ({
  type: `text/calendar; charset=utf-8; method=${method}`,
  name: 'visit.ics',
  content: base64(content),
})

/** With these a mail program offers to end such mails by one click (RFC 8058). */
export const unsubscribeHeaders = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

const base64 = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
