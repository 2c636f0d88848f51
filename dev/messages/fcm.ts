import { Hono } from 'hono'
import { badGateway, type Context } from './context.ts'

type Fields = Readonly<Record<string, unknown>>

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'
const HOUR_MS = 3_600_000

/** Google's token service and `messages:send` of FCM HTTP v1. */
export function fcmRoutes(ctx: Context): Hono {
  const app = new Hono()
  const tokens = new Map<string, number>()

  app.post('/token', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const isGrant = form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const problem = isGrant ? await whatIsWrong(ctx, form.get('assertion') ?? '', c.req.url) : 'unsupported_grant_type'
    if (problem !== undefined) return c.json({ error: 'invalid_grant', error_description: problem }, 400)
    const token = `ya29.demo-${tokens.size + 1}`
    tokens.set(token, ctx.now() + HOUR_MS)
    return c.json({ access_token: token, expires_in: 3600, token_type: 'Bearer' })
  })

  app.post('/v1/projects/:project/messages:send', async (c) => {
    const { push } = ctx.knobs
    if (push === 'down') return badGateway()
    if (push === 'busy') return refuse(503, 'UNAVAILABLE')
    const token = c.req.header('authorization')?.replace(/^Bearer /, '') ?? ''
    if (push === 'unauthorized' || ctx.now() >= (tokens.get(token) ?? 0)) return refuse(401, 'UNAUTHENTICATED')
    if (c.req.param('project') !== ctx.keys.fcmProject) return refuse(403, 'PERMISSION_DENIED')
    const request = fieldsOf(await c.req.json().catch(() => undefined))
    const message = fieldsOf(request?.message)
    const notification = fieldsOf(message?.notification)
    const to = textOf(message?.token)
    const data = fieldsOf(message?.data) ?? {}
    // Everything in `data` is text.
    const isWrong = Object.values(data).some((value) => typeof value !== 'string')
    if (!to || !notification || isWrong) return refuse(400, 'INVALID_ARGUMENT')
    if (push === 'gone' || to.startsWith('gone')) return refuse(404, 'NOT_FOUND', 'UNREGISTERED')
    const title = textOf(notification.title) ?? ''
    const text = textOf(notification.body) ?? ''
    const id = ctx.keep({ channel: 'push', to, from: ctx.keys.fcmProject, subject: title, text, test: false, data })
    return c.json({ name: `projects/${ctx.keys.fcmProject}/messages/${id}` })
  })
  return app
}

/** A JWT for the token service: whose, for whom, for what, for how long, and by whom it was signed. */
async function whatIsWrong(ctx: Context, assertion: string, url: string): Promise<string | undefined> {
  const [head = '', payload = '', signature = ''] = assertion.split('.')
  const header = jsonOf(head)
  const claims = jsonOf(payload)
  if (header?.alg !== 'RS256' || !claims) return 'not a JWT signed with RS256'
  if (!textOf(claims.iss)?.endsWith('.iam.gserviceaccount.com')) return 'iss is no service account'
  if (claims.aud !== url) return 'aud is another address'
  if (claims.scope !== SCOPE) return 'scope is not that of messages'
  const { iat, exp } = claims
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp - iat > 3600) return 'lives longer than an hour'
  const now = ctx.now() / 1000
  if (iat > now + 60 || exp < now) return 'not valid now'
  if (!ctx.keys.fcmPublicKey) return undefined
  const signed = new TextEncoder().encode(`${head}.${payload}`)
  const isRight = await crypto.subtle.verify('RSASSA-PKCS1-v1_5', ctx.keys.fcmPublicKey, bytesOf(signature), signed)
  return isRight ? undefined : 'signed with another key'
}

function refuse(code: number, status: string, errorCode?: string): Response {
  const details = errorCode && [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }]
  return Response.json({ error: { code, message: 'refused', status, ...(details && { details }) } }, { status: code })
}

function jsonOf(part: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(new TextDecoder().decode(bytesOf(part))))
  } catch {
    return undefined
  }
}

const bytesOf = (base64url: string) =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
