import type { Delivery } from '../delivery.ts'
import type { HttpAnswer } from '../post.ts'
import { wireUnisenderAnswer } from './wire.ts'

/** Why an address was not taken. Even `temporary` means days, so repeating does not help. */
const RECIPIENT_REFUSED: Readonly<Record<string, string>> = {
  unsubscribed: 'has unsubscribed',
  invalid: 'no such address',
  temporary_unavailable: 'the mailbox has not taken mail lately',
  permanent_unavailable: 'the mailbox does not exist',
  complained: 'has complained about spam',
  blocked: 'is blocked',
}

const ACCOUNT_TROUBLE: Readonly<Record<number, string>> = {
  400: 'UniSender refuses the message; is the domain of MAIL_FROM confirmed?',
  401: 'wrong API key',
  403: 'the API key has no right to send, or the account is blocked',
  404: 'no such method; is UNISENDER_BASE_URL right?',
}

/** Their words → ours. Pure. A refusal nobody knows is shown to a person. */
export function translateUnisender(answer: HttpAnswer | undefined): Delivery {
  if (!answer) return { kind: 'unavailable', code: 'unisender_no_answer', words: 'UniSender does not answer' }
  const { status } = answer
  const read = wireUnisenderAnswer.safeParse(answer.body)
  // One address was asked for. `duplicate` is no failure: the mail went to its twin.
  const [why] = Object.values(read.data?.failed_emails ?? {}).filter((reason) => reason !== 'duplicate')
  if (why !== undefined) {
    const known = RECIPIENT_REFUSED[why]
    return { kind: 'recipient_refused', code: `unisender_${known ? why : 'failed'}`, words: known ?? 'not accepted' }
  }
  if (status === 200 && read.data?.status === 'success') return { kind: 'accepted' }
  const code = `unisender_${[status, read.data?.code].filter((part) => part !== undefined).join('_')}`
  const theirFault = status === 429 || status >= 500
  if (theirFault || !read.success) return { kind: 'unavailable', code, words: 'UniSender is down or overloaded' }
  return { kind: 'account_trouble', code, words: ACCOUNT_TROUBLE[status] ?? 'UniSender refuses' }
}
