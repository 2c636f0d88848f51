import type { Delivery } from '../delivery.ts'
import type { HttpAnswer } from '../post.ts'
import { wireSmsruAnswer } from './wire.ts'

/** From here on the message is accepted, on its way, or there. */
const ACCEPTED = [100, 101, 102, 103]

const UNAVAILABLE: Readonly<Record<number, string>> = {
  220: 'SMS.ru is overloaded',
  500: 'SMS.ru had an error of its own',
}

const RECIPIENT_REFUSED: Readonly<Record<number, string>> = {
  202: 'no such number, or no way to it',
  207: 'messages to this number are not possible',
  209: 'the number is on the stop list',
  230: 'too many messages to this number today',
  // Also what a repeat is told whose first attempt was accepted without our knowing.
  231: 'the same message to this number too often in a minute',
  232: 'the same message to this number too often today',
  233: 'too many codes to this number in a short time',
}

const ACCOUNT_TROUBLE: Readonly<Record<number, string>> = {
  200: 'wrong api_id',
  201: 'no money on the account',
  203: 'the message has no text',
  204: 'the sender is not agreed with SMS.ru',
  205: 'the message is too long',
  206: 'the daily limit of the account is reached',
  300: 'wrong token',
  301: 'wrong api_id',
  302: 'the account is not confirmed',
}

/** Their words → ours. Pure. A code nobody knows is shown to a person. */
export function translateSmsru(answer: HttpAnswer | undefined): Delivery {
  if (!answer) return { kind: 'unavailable', code: 'smsru_no_answer', words: 'SMS.ru does not answer' }
  const read = wireSmsruAnswer.safeParse(answer.body)
  if (!read.success) {
    return { kind: 'unavailable', code: `smsru_http_${answer.status}`, words: 'SMS.ru answers with something else' }
  }
  const { status_code: ofAll, sms = {} } = read.data
  if (!ACCEPTED.includes(ofAll)) return byCode(ofAll)
  const [number] = Object.values(sms)
  if (!number) return { kind: 'unavailable', code: 'smsru_no_number', words: 'SMS.ru does not name the number' }
  return byCode(number.status_code)
}

function byCode(number: number): Delivery {
  if (ACCEPTED.includes(number)) return { kind: 'accepted' }
  const code = `smsru_${number}`
  const unavailable = UNAVAILABLE[number]
  if (unavailable) return { kind: 'unavailable', code, words: unavailable }
  const refused = RECIPIENT_REFUSED[number]
  if (refused) return { kind: 'recipient_refused', code, words: refused }
  return { kind: 'account_trouble', code, words: ACCOUNT_TROUBLE[number] ?? 'SMS.ru refuses, see its list of codes' }
}
