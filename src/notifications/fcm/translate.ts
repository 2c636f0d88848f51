import type { Delivery } from '../delivery.ts'
import type { HttpAnswer } from '../post.ts'
import { wireFcmAccepted, wireFcmRefusal } from './wire.ts'

const UNAVAILABLE = ['UNAVAILABLE', 'INTERNAL', 'QUOTA_EXCEEDED', 'RESOURCE_EXHAUSTED']

const ACCOUNT_TROUBLE: Readonly<Record<string, string>> = {
  SENDER_ID_MISMATCH: 'the app belongs to another Firebase project',
  THIRD_PARTY_AUTH_ERROR: "Apple's certificate in Firebase is missing or wrong",
  UNAUTHENTICATED: 'Google refuses the service account',
  PERMISSION_DENIED: 'the service account may not send messages',
  NOT_FOUND: 'no such Firebase project',
}

/** The app is not on that phone any more; nothing will ever reach this token. */
export const DEAD_TOKEN = 'fcm_UNREGISTERED'

/** Their words → ours. Pure. A refusal nobody knows is shown to a person. */
export function translateFcm(answer: HttpAnswer | undefined): Delivery {
  if (!answer) return { kind: 'unavailable', code: 'fcm_no_answer', words: 'FCM does not answer' }
  const { status, body } = answer
  if (status === 200 && wireFcmAccepted.safeParse(body).success) return { kind: 'accepted' }
  const refusal = wireFcmRefusal.safeParse(body)
  if (!refusal.success) {
    return { kind: 'unavailable', code: `fcm_http_${status}`, words: 'FCM answers with something else' }
  }
  const { error } = refusal.data
  const named = error.details?.find(({ errorCode }) => errorCode !== undefined)?.errorCode ?? error.status ?? ''
  const word = /^[A-Z_]{1,60}$/.test(named) ? named : `http_${status}`
  const code = `fcm_${word}`
  if (word === 'UNREGISTERED') return { kind: 'recipient_refused', code, words: 'the app was removed from the phone' }
  // Their word for a token that never was one.
  if (word === 'INVALID_ARGUMENT') return { kind: 'recipient_refused', code, words: 'FCM does not know this token' }
  if (UNAVAILABLE.includes(word) || status === 429 || status >= 500) {
    return { kind: 'unavailable', code, words: 'FCM is down or overloaded' }
  }
  return { kind: 'account_trouble', code, words: ACCOUNT_TROUBLE[word] ?? 'FCM refuses' }
}
