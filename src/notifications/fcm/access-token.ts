import { importPKCS8, SignJWT } from 'jose'
import type { Context } from '../../context.ts'
import type { Delivery } from '../delivery.ts'
import { post } from '../post.ts'
import { wireAccessToken } from './wire.ts'

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'
/** A token that ends while a push is on its way would be refused. */
const MARGIN_MS = 60_000

type Trouble = Extract<Delivery, { kind: 'unavailable' | 'account_trouble' }>
export type AccessToken = { readonly kind: 'token'; readonly token: string } | Trouble

/** By account and key, so that a key that was changed asks anew; it lives for an hour. */
const kept = new Map<string, { readonly token: string; readonly endsAt: number }>()

/**
 * A token to send with, for a request signed with the key of the service account
 * (https://developers.google.com/identity/protocols/oauth2/service-account#httprest).
 */
export async function fcmAccessToken(ctx: Context): Promise<AccessToken> {
  const { fcm } = ctx.config.push
  const name = JSON.stringify([fcm.tokenUrl, fcm.clientEmail, fcm.privateKey])
  const now = ctx.now()
  const known = kept.get(name)
  if (known && now < known.endsAt - MARGIN_MS) return { kind: 'token', token: known.token }
  let assertion: string
  try {
    assertion = await sign(fcm, now)
  } catch {
    return { kind: 'account_trouble', code: 'fcm_key', words: 'FCM_PRIVATE_KEY is no key' }
  }
  const answer = await post(ctx, fcm.tokenUrl, {
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
  })
  if (!answer || answer.status >= 500) {
    return { kind: 'unavailable', code: 'fcm_no_token', words: 'Google gives no token' }
  }
  const read = wireAccessToken.safeParse(answer.body)
  if (answer.status !== 200 || !read.success) {
    return { kind: 'account_trouble', code: 'fcm_no_token', words: 'Google refuses the service account' }
  }
  const { access_token: token, expires_in: seconds } = read.data
  kept.clear()
  kept.set(name, { token, endsAt: now + seconds * 1000 })
  return { kind: 'token', token }
}

/** The token was refused: the next push asks for another. */
export const forgetFcmToken = () => kept.clear()

async function sign(fcm: Context['config']['push']['fcm'], now: number): Promise<string> {
  const issuedAt = Math.floor(now / 1000)
  const key = await importPKCS8(fcm.privateKey, 'RS256')
  return await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(fcm.clientEmail)
    .setAudience(fcm.tokenUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 3600)
    .sign(key)
}
