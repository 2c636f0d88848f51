import { SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { ACCESS, type Access } from '../../src/auth/access.ts'
import { createApp } from '../../src/handlers/fetch.ts'
import { keyedHash } from '../../src/platform/hash.ts'
import { OWN_PAGE } from '../support/office.ts'
import { addBooking, addUser, giveBonuses } from '../support/salon.ts'
import { ADMIN, CLIENT, DESK, MANAGER, NOON, startWorld } from '../support/world.ts'

/**
 * Who may call what, said a second time and not read from the code: a route that is opened to more people by mistake has to
 * be opened here as well.
 */
const LEAST: Readonly<Record<string, Access>> = {
  'GET /api/v1/health': 'public',
  'GET /api/v1/openapi.json': 'public',
  'GET /api/v1/docs': 'public',
  'GET /api/v1/docs/:file': 'public',

  'GET /api/v1/auth/consent': 'public',
  'POST /api/v1/auth/code': 'public',
  'POST /api/v1/auth/login': 'public',
  'POST /api/v1/auth/refresh': 'public',
  'POST /api/v1/auth/logout': 'client',
  'POST /api/v1/auth/logout-all': 'client',

  'GET /api/v1/services': 'public',
  'GET /api/v1/services/:id': 'public',
  'GET /api/v1/staff': 'public',

  'GET /api/v1/me': 'client',
  'PATCH /api/v1/me': 'client',
  'DELETE /api/v1/me': 'client',
  'GET /api/v1/me/export': 'client',
  'GET /api/v1/me/consents': 'client',
  'POST /api/v1/me/consents': 'client',
  'GET /api/v1/me/sessions': 'client',
  'DELETE /api/v1/me/sessions/:id': 'client',
  'GET /api/v1/me/contacts': 'client',
  'POST /api/v1/me/contacts': 'client',
  'POST /api/v1/me/contacts/confirm': 'client',
  'DELETE /api/v1/me/contacts/:id': 'client',
  'GET /api/v1/me/notifications': 'client',
  'PATCH /api/v1/me/notifications': 'client',
  'GET /api/v1/me/devices': 'client',
  'POST /api/v1/me/devices': 'client',
  'DELETE /api/v1/me/devices/:id': 'client',
  'GET /api/v1/notifications/unsubscribe': 'public',
  'POST /api/v1/notifications/unsubscribe': 'public',
  'GET /api/v1/booking': 'client',
  'GET /api/v1/booking/time-slots/:service_id': 'client',
  'GET /api/v1/bookings': 'client',
  'POST /api/v1/bookings': 'client',
  'GET /api/v1/bookings/:id': 'client',
  'PATCH /api/v1/bookings/:id': 'client',
  'POST /api/v1/bookings/:id/confirm': 'client',
  'GET /api/v1/loyalty': 'client',
  'GET /api/v1/loyalty/entries': 'client',
  'POST /api/v1/payments': 'client',
  'GET /api/v1/payments/:id': 'client',
  'POST /api/v1/payments/notifications/:provider': 'webhook',
  'GET /api/v1/yclients/widget-url/:service_id': 'client',

  'POST /api/v1/yclients/webhook': 'webhook',
  'POST /api/v1/yclients/sync-bookings': 'manager',

  'POST /api/v1/admin/login': 'public',
  'POST /api/v1/admin/bootstrap': 'public',
  'POST /api/v1/admin/logout': 'desk',
  'POST /api/v1/admin/logout-all': 'desk',
  'GET /api/v1/admin/session': 'desk',
  'POST /api/v1/admin/password': 'desk',
  'GET /api/v1/admin/admins': 'owner',
  'POST /api/v1/admin/admins': 'owner',
  'PATCH /api/v1/admin/admins/:id': 'owner',
  'GET /api/v1/admin/audit': 'owner',
  'GET /api/v1/admin/levels': 'manager',
  'PUT /api/v1/admin/levels': 'owner',

  'GET /api/v1/admin/payments': 'manager',
  'GET /api/v1/admin/payments/exceptions': 'manager',
  'GET /api/v1/admin/payments/:id': 'manager',
  'POST /api/v1/admin/payments/:id/refund': 'manager',
  'POST /api/v1/admin/payments/:id/close-exception': 'manager',

  'GET /api/v1/admin/users': 'desk',
  'POST /api/v1/admin/users/code': 'desk',
  'POST /api/v1/admin/users': 'desk',
  'POST /api/v1/admin/users/codes': 'manager',
  'GET /api/v1/admin/users/duplicates': 'manager',
  'POST /api/v1/admin/users/:id/merge': 'manager',
  'GET /api/v1/admin/users/:id': 'desk',
  'GET /api/v1/admin/users/:id/entries': 'desk',
  'GET /api/v1/admin/users/:id/export': 'owner',
  'DELETE /api/v1/admin/users/:id': 'owner',
  'POST /api/v1/admin/ledger/verify': 'manager',
  'GET /api/v1/admin/ledger/checks': 'manager',
  'GET /api/v1/admin/ledger/export': 'owner',
  'GET /api/v1/admin/backup': 'owner',
  'GET /api/v1/admin/backup/:table': 'owner',
  'POST /api/v1/admin/bonuses/spend': 'desk',
  'POST /api/v1/admin/bonuses/adjust': 'manager',
  'GET /api/v1/admin/bookings': 'desk',
  'POST /api/v1/admin/bookings': 'desk',
  'GET /api/v1/admin/bookings/conflicts': 'desk',
  'GET /api/v1/admin/bookings/:id': 'desk',
  'PATCH /api/v1/admin/bookings/:id': 'desk',
  'POST /api/v1/admin/bookings/:id/complete': 'desk',
  'POST /api/v1/admin/bookings/:id/no-show': 'desk',
  'POST /api/v1/admin/bookings/:id/reopen': 'desk',
  'POST /api/v1/admin/bookings/:id/link': 'manager',
  'GET /api/v1/admin/sync-runs': 'manager',
  'GET /api/v1/admin/sync-runs/:id': 'manager',
  'GET /api/v1/admin/sync/report': 'manager',
  'GET /api/v1/admin/doctor': 'manager',
  'GET /api/v1/admin/webhook-events': 'manager',
  'GET /api/v1/admin/webhook-events/:id': 'manager',
  'POST /api/v1/admin/webhook-events/replay': 'manager',
  'GET /api/v1/admin/messages': 'desk',
  'GET /api/v1/admin/health': 'desk',
  'GET /api/v1/admin/metrics': 'metrics',
  'GET /api/v1/admin/parked': 'manager',
  'POST /api/v1/admin/parked/:id/replay': 'manager',
  'POST /api/v1/admin/parked/:id/dismiss': 'manager',

  'GET /api/v1/admin/yclients/webhook': 'owner',
  'POST /api/v1/admin/yclients/webhook': 'owner',
  'POST /api/v1/admin/yclients/webhook-test': 'owner',
  'GET /api/v1/admin/yclients/webhook-test/:record_id': 'owner',
  'PATCH /api/v1/admin/yclients/webhook-test/:record_id': 'owner',
  'DELETE /api/v1/admin/yclients/webhook-test/:record_id': 'owner',

  'POST /api/v1/admin/catalog/sync': 'manager',
  'GET /api/v1/admin/services': 'manager',
  'POST /api/v1/admin/services': 'manager',
  'PATCH /api/v1/admin/services/:id': 'manager',
  'GET /api/v1/admin/service-categories': 'manager',
  'POST /api/v1/admin/service-categories': 'manager',
  'PATCH /api/v1/admin/service-categories/:id': 'manager',
  'GET /api/v1/admin/staff': 'manager',
  'POST /api/v1/admin/staff': 'manager',
  'PATCH /api/v1/admin/staff/:id': 'manager',
  'GET /api/v1/admin/staff/:id/services': 'manager',
  'PUT /api/v1/admin/staff/:id/services/:service_id': 'manager',
  'DELETE /api/v1/admin/staff/:id/services/:service_id': 'manager',
  'GET /api/v1/admin/staff/:id/schedule': 'manager',
  'POST /api/v1/admin/staff/:id/schedule': 'manager',
  'PUT /api/v1/admin/staff/:id/schedule': 'manager',
  'PATCH /api/v1/admin/staff/:id/schedule/:schedule_id': 'manager',
  'DELETE /api/v1/admin/staff/:id/schedule/:schedule_id': 'manager',
  'GET /api/v1/admin/staff/:id/schedule/days': 'manager',
  'PUT /api/v1/admin/staff/:id/schedule/days/:date': 'manager',
  'DELETE /api/v1/admin/staff/:id/schedule/days/:date': 'manager',

  'GET /admin/assets/:file': 'public',
  'GET /admin/login': 'public',
  'POST /admin/login': 'public',
  'POST /admin/language': 'public',
  'POST /admin/logout': 'desk',
  'GET /admin': 'desk',
  'GET /admin/bookings': 'desk',
  'GET /admin/bookings/new': 'desk',
  'POST /admin/bookings/new': 'desk',
  'GET /admin/bookings/:id': 'desk',
  'POST /admin/bookings/:id': 'desk',
  'GET /admin/bookings/:id/link': 'manager',
  'POST /admin/bookings/:id/link': 'manager',
  'GET /admin/bookings/:id/move': 'desk',
  'POST /admin/bookings/:id/move': 'desk',
  'GET /admin/catalog': 'manager',
  'GET /admin/catalog/services/new': 'manager',
  'POST /admin/catalog/services/new': 'manager',
  'GET /admin/catalog/services/:id': 'manager',
  'POST /admin/catalog/services/:id': 'manager',
  'GET /admin/catalog/categories': 'manager',
  'POST /admin/catalog/categories': 'manager',
  'GET /admin/catalog/categories/:id': 'manager',
  'POST /admin/catalog/categories/:id': 'manager',
  'GET /admin/catalog/sync': 'manager',
  'POST /admin/catalog/sync': 'manager',
  'GET /admin/staff': 'manager',
  'GET /admin/staff/new': 'manager',
  'POST /admin/staff/new': 'manager',
  'GET /admin/staff/:id': 'manager',
  'POST /admin/staff/:id': 'manager',
  'GET /admin/staff/:id/schedule': 'manager',
  'POST /admin/staff/:id/schedule': 'manager',
  'GET /admin/clients': 'desk',
  'GET /admin/clients/new': 'desk',
  'POST /admin/clients/new': 'desk',
  'GET /admin/clients/:id': 'desk',
  'GET /admin/write-off': 'desk',
  'GET /admin/clients/:id/write-off': 'desk',
  'POST /admin/clients/:id/write-off': 'desk',
  'GET /admin/clients/:id/adjust': 'manager',
  'POST /admin/clients/:id/adjust': 'manager',
  'GET /admin/receipts/:id': 'desk',
  'GET /admin/clients/:id/merge': 'manager',
  'POST /admin/clients/:id/merge': 'manager',
  'GET /admin/sync': 'manager',
  'POST /admin/sync': 'manager',
  'GET /admin/sync/runs/:id': 'manager',
  'GET /admin/sync/events': 'manager',
  'GET /admin/sync/events/:id': 'manager',
  'GET /admin/sync/replay': 'manager',
  'POST /admin/sync/replay': 'manager',
  'GET /admin/sync/parked': 'manager',
  'POST /admin/sync/parked': 'manager',
  'GET /admin/settings': 'desk',
  'GET /admin/settings/account': 'desk',
  'POST /admin/settings/account': 'desk',
  'GET /admin/settings/levels': 'manager',
  'POST /admin/settings/levels': 'owner',
  'GET /admin/settings/admins': 'owner',
  'POST /admin/settings/admins': 'owner',
  'GET /admin/settings/admins/:id': 'owner',
  'POST /admin/settings/admins/:id': 'owner',
  'GET /admin/settings/audit': 'owner',
  'GET /admin/settings/health': 'desk',
  'GET /admin/settings/doctor': 'manager',
  'GET /admin/settings/webhook': 'owner',
  'POST /admin/settings/webhook': 'owner',
  'GET /admin/settings/ledger': 'manager',
  'POST /admin/settings/ledger': 'manager',
  'GET /admin/settings/duplicates': 'manager',
  'POST /admin/settings/duplicates': 'manager',
}

/** Every route the app really has, from its own list; middleware entries are not routes. */
const ROUTES = [
  ...new Set(
    createApp()
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`),
  ),
]
const KID = (await keyedHash('test-secret-test-secret-test-secret', 'kid')).slice(0, 16)
const KEY = new TextEncoder().encode('test-secret-test-secret-test-secret')
const SECONDS = NOON / 1000

/** An address for a route's pattern, with numbers that belong to nobody. */
const addressOf = (route: string) => {
  const [method = '', pattern = ''] = route.split(' ')
  return { method, path: pattern.replace(':file', 'x').replaceAll(/:\w+/g, '999999') }
}

async function refusalOf(answer: Response): Promise<string | undefined> {
  const { code }: { code?: string } = answer.status >= 400 ? await answer.json() : {}
  return code
}

/** The panel says it to people: by the sign-in page, or in words. */
function refusalOfPage({ status, headers }: Response): string | undefined {
  if (status === 403) return 'forbidden'
  return headers.get('location')?.startsWith('/admin/login?next=') ? 'unauthenticated' : undefined
}

const everybody = (verdict: string) => ({
  nobody: verdict,
  client: verdict,
  desk: verdict,
  manager: verdict,
  owner: verdict,
})
const refused = { ...everybody('forbidden'), nobody: 'unauthenticated' }
const LETS_IN: Readonly<Record<Access | 'nobody', object>> = {
  nobody: everybody('not in the table'),
  public: everybody('let in'),
  // Passed on to the route, which asks for the secret itself.
  webhook: everybody('let in'),
  client: { ...refused, client: 'let in' },
  desk: { ...refused, desk: 'let in', manager: 'let in', owner: 'let in' },
  // And a monitoring program with its token: metrics.test.ts.
  metrics: { ...refused, manager: 'let in', owner: 'let in' },
  manager: { ...refused, manager: 'let in', owner: 'let in' },
  owner: { ...refused, owner: 'let in' },
}

describe('access', () => {
  test('is decided here for every route of the app, and the app decides the same', () => {
    expect([...ROUTES].sort()).toEqual(Object.keys(LEAST).sort())
    expect(ACCESS).toEqual(LEAST)
  })

  test.each(ROUTES)('%s lets in those of the table above and nobody else', async (route) => {
    const world = startWorld()
    const client = await addUser()
    const { method, path } = addressOf(route)
    const body = method === 'GET' ? {} : { body: {} }
    const callers = {
      nobody: {},
      client: { as: CLIENT(client) },
      desk: { as: DESK },
      manager: { as: MANAGER },
      owner: { as: ADMIN },
    }
    const answers = await Promise.all(
      Object.entries(callers).map(async ([caller, as]) => {
        const answer = await world.call(method, path, { ...body, ...as, headers: OWN_PAGE })
        const code = path.startsWith('/api/') ? await refusalOf(answer) : refusalOfPage(answer)
        return [caller, code === 'unauthenticated' || code === 'forbidden' ? code : 'let in'] as const
      }),
    )
    expect(Object.fromEntries(answers)).toEqual(LETS_IN[LEAST[route] ?? 'nobody'])
  })

  test('a client sees his own visits and entries only', async () => {
    const world = startWorld()
    const [anna, boris] = [await addUser({ name: 'Анна' }), await addUser({ name: 'Борис' })]
    await addBooking({ userId: anna, status: 'pending', startsAt: NOON + 1000 })
    await giveBonuses(anna, 10)
    for (const path of ['/booking', '/bookings', '/loyalty/entries']) {
      expect(await (await world.call('GET', `/api/v1${path}`, { as: CLIENT(anna) })).json()).toHaveLength(1)
      expect(await (await world.call('GET', `/api/v1${path}`, { as: CLIENT(boris) })).json()).toEqual([])
    }
  })

  const claims = { sid: 1 }
  const signed = (
    changes: {
      issuer?: string
      audience?: string
      expires?: number
      key?: Uint8Array
      alg?: string
      kid?: string
      sub?: string
      claims?: object
    } = {},
  ) =>
    new SignJWT({ ...claims, ...changes.claims })
      .setProtectedHeader({ alg: changes.alg ?? 'HS256', kid: changes.kid ?? KID })
      .setIssuer(changes.issuer ?? 'spa-booking')
      .setAudience(changes.audience ?? 'spa-booking-api')
      .setSubject(changes.sub ?? '1')
      .setExpirationTime(changes.expires ?? SECONDS + 60)
      .sign(changes.key ?? KEY)

  test.each<[string, () => string | Promise<string>]>([
    [
      'alg none',
      () =>
        new UnsecuredJWT(claims)
          .setIssuer('spa-booking')
          .setAudience('spa-booking-api')
          .setSubject('1')
          .setExpirationTime(SECONDS + 60)
          .encode(),
    ],
    ['another algorithm, though signed with our key', () => signed({ alg: 'HS512' })],
    ['a foreign key', () => signed({ key: new TextEncoder().encode('another-secret-another-secret-another') })],
    ['a past expiry', () => signed({ expires: SECONDS - 1 })],
    ['another audience', () => signed({ audience: 'other' })],
    ['another issuer', () => signed({ issuer: 'other' })],
    ['a subject that is no number', () => signed({ sub: 'admin' })],
    ['a session that is no number', () => signed({ claims: { sid: '1' } })],
    ['an unknown key id', () => signed({ kid: '0'.repeat(16) })],
    ['no dots at all', () => 'x'],
    ['a changed payload', async () => (await signed()).replace(/\.(.)/, '.x$1')],
  ])('a token with %s is no token', async (_, make) => {
    const world = startWorld()
    await addUser()
    const answer = await world.call('GET', '/api/v1/me', { token: await make() })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated' })
  })

  test('a good token of somebody who no longer exists is refused', async () => {
    const world = startWorld()
    expect((await world.call('GET', '/api/v1/me', { as: CLIENT(4711) })).status).toBe(401)
  })
})
