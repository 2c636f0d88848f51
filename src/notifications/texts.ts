import type { OutgoingMessage } from '../messages.ts'
import type { Language } from '../platform/problem.ts'
import { shortened } from './one-line.ts'

export interface CodeText {
  readonly channel: OutgoingMessage['channel']
  readonly code: string
  readonly salonName: string
  readonly language: Language
  readonly purpose: 'login' | 'contact'
}

/** One SMS holds 70 characters as soon as one of them is Cyrillic; a second one costs as much again. */
const SMS_CHARACTERS = 70

const NAMES: Readonly<Record<Language, Readonly<Record<CodeText['purpose'], string>>>> = {
  ru: { login: 'Код входа', contact: 'Код подтверждения' },
  en: { login: 'Sign-in code', contact: 'Confirmation code' },
}

const KEEP_SECRET: Readonly<Record<Language, string>> = { ru: 'Никому не сообщайте', en: 'Tell nobody' }

const REST_OF_MAIL: Readonly<Record<Language, string>> = {
  ru: `Код действует несколько минут. Никому его не сообщайте: сотрудники салона никогда не спрашивают код.

Если вы не запрашивали код, ничего делать не нужно.`,
  en: `The code is valid for a few minutes. Tell nobody: the salon's staff never ask for it.

If you did not ask for a code, there is nothing to do.`,
}

/** The text that carries a one-time code. The code comes early: phones show the beginning on the locked screen. Pure. */
export function codeMessage({ channel, code, salonName, language, purpose }: CodeText): {
  subject: string
  text: string
} {
  const name = NAMES[language][purpose]
  if (channel === 'sms') {
    const start = `${name} ${code}. ${KEEP_SECRET[language]}. `
    return { subject: '', text: start + shortened(salonName, SMS_CHARACTERS - start.length) }
  }
  return {
    subject: `${name} ${code}, ${salonName}`,
    text: `${name}: ${code}\n\n${REST_OF_MAIL[language]}\n\n${salonName}`,
  }
}
