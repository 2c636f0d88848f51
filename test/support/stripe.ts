interface Session {
  id: string
  amount: number
  currency: string
  metadata: Record<string, string>
  created: number
  expiresAt: number
  manual: boolean
  status: 'open' | 'complete' | 'expired'
  intent: Intent | undefined
}

interface Intent {
  id: string
  status: 'requires_payment_method' | 'requires_capture' | 'succeeded' | 'canceled'
  reason: string | undefined
  declined: string | undefined
  refunded: number
}

export const STRIPE_KEY = 'sk_test_stripe-demo'
export const STRIPE_WEBHOOK_SECRET = 'whsec_stripe-demo'

/** As much of Stripe as the adapter asks for: pages, payments behind them, refunds, keys. */
export function createStripe(now: () => number) {
  const sessions = new Map<string, Session>()
  const refunds = new Map<string, Record<string, unknown>>()
  const answers = new Map<string, { request: string; status: number; body: unknown }>()
  const requests: { method: string; path: string; fields: Record<string, string>; headers: Headers }[] = []
  const failNext: ('500' | '500after' | '429' | 'html')[] = []
  let count = 0
  const seconds = () => Math.floor(now() / 1000)

  const refuse = (status: number, error: Record<string, string>) => ({ status, body: { error } })
  const missing = refuse(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'id' })

  const sessionView = (session: Session) => ({
    id: session.id,
    object: 'checkout.session',
    status: session.status,
    amount_total: session.amount,
    currency: session.currency,
    created: session.created,
    expires_at: session.expiresAt,
    livemode: false,
    url: session.status === 'open' ? `https://checkout.stripe.test/${session.id}` : null,
    metadata: session.metadata,
    payment_intent: session.intent
      ? {
          id: session.intent.id,
          status: session.intent.status,
          cancellation_reason: session.intent.reason ?? null,
          last_payment_error: session.intent.declined
            ? { code: 'card_declined', decline_code: session.intent.declined }
            : null,
          latest_charge:
            session.intent.status === 'requires_payment_method'
              ? null
              : {
                  amount_refunded: session.intent.refunded,
                  created: session.created,
                  payment_method_details: { type: 'card', card: { capture_before: session.created + 600_000 } },
                },
        }
      : null,
  })

  function work(method: string, path: string, fields: Record<string, string>): { status: number; body: unknown } {
    const [, , kind, id = '', verb] = path.replace('/checkout/', '/').split('/')
    if (kind === 'sessions') {
      if (method === 'GET' && id === '') {
        const found = [...sessions.values()].filter(({ intent }) => intent?.id === fields.payment_intent)
        const all = fields.payment_intent ? found : [...sessions.values()].reverse()
        const start = fields.starting_after ? all.findIndex((each) => each.id === fields.starting_after) + 1 : 0
        const data = all.slice(start, start + Number(fields.limit)).map(sessionView)
        return { status: 200, body: { object: 'list', data, has_more: start + data.length < all.length } }
      }
      if (method === 'POST' && id === '') return open(fields)
      const session = sessions.get(id)
      if (!session) return missing
      if (verb === 'expire') session.status = 'expired'
      return { status: 200, body: sessionView(session) }
    }
    if (kind === 'payment_intents') {
      const intent = [...sessions.values()].find((each) => each.intent?.id === id)?.intent
      if (!intent) return missing
      if (intent.status !== 'requires_capture') {
        return refuse(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' })
      }
      intent.status = verb === 'capture' ? 'succeeded' : 'canceled'
      return { status: 200, body: { id, status: intent.status } }
    }
    if (method === 'GET') return { status: 200, body: refunds.get(id) ?? missing.body }
    return refund(fields)
  }

  function open(fields: Record<string, string>) {
    const amount = Number(fields['line_items[0][price_data][unit_amount]'])
    if (amount < 50) return refuse(400, { type: 'invalid_request_error', code: 'amount_too_small' })
    const id = `cs_test_${++count}`
    const metadata: Record<string, string> = {}
    for (const [name, value] of Object.entries(fields)) {
      const [, key] = /^metadata\[(\w+)\]$/.exec(name) ?? []
      if (key) metadata[key] = value
    }
    const session: Session = {
      id,
      amount,
      currency: fields['line_items[0][price_data][currency]'] ?? '',
      metadata,
      created: seconds(),
      expiresAt: Number(fields.expires_at),
      manual: fields['payment_intent_data[capture_method]'] === 'manual',
      status: 'open',
      intent: undefined,
    }
    sessions.set(id, session)
    return { status: 200, body: sessionView(session) }
  }

  function refund(fields: Record<string, string>) {
    const session = [...sessions.values()].find(({ intent }) => intent?.id === fields.payment_intent)
    const amount = Number(fields.amount)
    const intent = session?.intent
    if (!session || intent?.status !== 'succeeded') {
      return refuse(400, { type: 'invalid_request_error', code: 'charge_not_captured' })
    }
    if (intent.refunded + amount > session.amount) {
      return refuse(400, { type: 'invalid_request_error', param: 'amount' })
    }
    intent.refunded += amount
    const id = `re_${++count}`
    const metadata = { session_id: fields['metadata[session_id]'] }
    const body = { id, object: 'refund', status: 'succeeded', amount, currency: session.currency, created: seconds() }
    refunds.set(id, { ...body, payment_intent: intent.id, metadata })
    return { status: 200, body: refunds.get(id) }
  }

  async function answer(request: Request) {
    const url = new URL(request.url)
    // Of forms the runtime warns when they are read as text.
    const raw = new TextDecoder().decode(await request.arrayBuffer())
    const fields = Object.fromEntries([...url.searchParams, ...new URLSearchParams(raw)])
    requests.push({ method: request.method, path: url.pathname, fields, headers: request.headers })
    if (request.headers.get('authorization') !== `Bearer ${STRIPE_KEY}`) {
      return refuse(401, { type: 'invalid_request_error' })
    }
    const failure = failNext.shift()
    if (failure === '429') return refuse(429, { type: 'invalid_request_error', code: 'rate_limit' })
    if (failure === '500') return refuse(500, { type: 'api_error' })
    if (failure === 'html') return { status: 502, body: undefined }
    const key = request.headers.get('idempotency-key')
    const asked = `${url.pathname} ${raw}`
    const known = key === null ? undefined : answers.get(key)
    if (known && known.request !== asked) return refuse(400, { type: 'idempotency_error' })
    const done = known ?? work(request.method, url.pathname, fields)
    if (key !== null) answers.set(key, { request: asked, ...done })
    return failure === '500after' ? refuse(500, { type: 'api_error' }) : done
  }

  return {
    sessions,
    requests,
    failNext,
    /** The client pays on the page; with a decline he may try again. */
    pay(id: string, declined?: string) {
      const session = sessions.get(id)
      if (!session) throw new Error(`no session ${id}`)
      const status = declined ? 'requires_payment_method' : session.manual ? 'requires_capture' : 'succeeded'
      session.intent = { id: `pi_${id.slice(3)}`, status, reason: undefined, declined, refunded: 0 }
      if (!declined) session.status = 'complete'
    },
    async fetch(request: Request): Promise<Response> {
      const { status, body } = await answer(request)
      return body === undefined ? new Response('<html>', { status }) : Response.json(body, { status })
    },
  }
}

/** As Stripe signs: over time and body. */
export async function signed(body: string, at: number, secret = STRIPE_WEBHOOK_SECRET): Promise<string> {
  const time = Math.floor(at / 1000)
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`${time}.${body}`)))
  return `t=${time},v1=${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
