import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { addAdmin, codeOf, startOffice, tokenFor } from '../support/office.ts'
import { addUser } from '../support/salon.ts'
import { CLIENT, NOON, type World } from '../support/world.ts'

const TEAM = 'https://salon.cloudflareaccess.com'
const AUDIENCE = 'audience-tag-of-the-panel'
const SESSION = '/api/v1/admin/session'
const HEADER = 'cf-access-jwt-assertion'

const [ours, foreign, curve] = await Promise.all([
  generateKeyPair('RS256', { extractable: true }),
  generateKeyPair('RS256', { extractable: true }),
  generateKeyPair('ES256', { extractable: true }),
])

/** A salon behind Access, and how often its keys were asked for. */
async function startBehindAccess(answerCerts?: () => Response): Promise<World & { asked: string[] }> {
  const asked: string[] = []
  const keys = [
    { ...(await exportJWK(ours.publicKey)), kid: 'ours', alg: 'RS256', use: 'sig' },
    { ...(await exportJWK(curve.publicKey)), kid: 'curve', alg: 'ES256', use: 'sig' },
  ]
  const world = startOffice(
    { cloudflareAccess: { teamDomain: TEAM, audience: AUDIENCE } },
    {
      fetch: async (input) => {
        asked.push(new Request(input).url)
        return answerCerts ? answerCerts() : Response.json({ keys })
      },
    },
  )
  await addAdmin(world, { email: 'olga@spa.test', role: 'manager', password: null })
  return { ...world, asked }
}

interface Changes {
  readonly key?: CryptoKey
  readonly alg?: string
  readonly kid?: string
  readonly issuer?: string
  readonly audience?: string | string[]
  readonly expires?: number | null
  readonly claims?: Record<string, unknown>
}

function assertion(changes: Changes = {}): Promise<string> {
  const { key = ours.privateKey, alg = 'RS256', kid = 'ours', expires = NOON / 1000 + 60 } = changes
  const token = new SignJWT({ email: 'olga@spa.test', type: 'app', ...changes.claims })
    .setProtectedHeader({ alg, kid })
    .setIssuer(changes.issuer ?? TEAM)
    .setAudience(changes.audience ?? [AUDIENCE])
    .setIssuedAt(NOON / 1000 - 60)
  return (expires === null ? token : token.setExpirationTime(expires)).sign(key)
}

describe('Cloudflare Access', () => {
  test('lets in an administrator whom it names, with the role of our own table', async () => {
    const world = await startBehindAccess()
    for (const email of ['olga@spa.test', 'Olga@Spa.TEST']) {
      const me = await world.call('GET', SESSION, { headers: { [HEADER]: await assertion({ claims: { email } }) } })
      expect(await me.json()).toMatchObject({ email: 'olga@spa.test', role: 'manager' })
    }
    const headers = { [HEADER]: await assertion() }
    expect(await codeOf(await world.call('GET', '/api/v1/admin/admins', { headers }))).toBe('forbidden')
    expect(world.asked).toEqual([`${TEAM}/cdn-cgi/access/certs`])
  })

  test('lets the same administrator into the pages of the panel, without a form to sign in', async () => {
    const world = await startBehindAccess()
    const page = await world.call('GET', '/admin/clients', { headers: { [HEADER]: await assertion() } })
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('href="/admin/sync"')])
    const stranger = await world.call('GET', '/admin/clients', {
      headers: { [HEADER]: await assertion({ key: foreign.privateKey }) },
    })
    expect(stranger.status).not.toBe(200)
  })

  test.each<[string, () => string | Promise<string>]>([
    [
      'has no signature',
      () =>
        new UnsecuredJWT({ email: 'olga@spa.test' })
          .setIssuer(TEAM)
          .setAudience(AUDIENCE)
          .setExpirationTime(NOON / 1000 + 60)
          .encode(),
    ],
    ['is signed with a foreign key under our name', () => assertion({ key: foreign.privateKey })],
    ['is signed with a key nobody knows', () => assertion({ key: foreign.privateKey, kid: 'foreign' })],
    ['is signed by another algorithm', () => assertion({ key: curve.privateKey, alg: 'ES256', kid: 'curve' })],
    ['is for another application', () => assertion({ audience: ['another'] })],
    ['is of another team', () => assertion({ issuer: 'https://other.cloudflareaccess.com' })],
    ['has expired', () => assertion({ expires: NOON / 1000 - 1 })],
    ['never expires', () => assertion({ expires: null })],
    ['names nobody (a service token)', () => assertion({ claims: { email: undefined, common_name: 'cli' } })],
    ['names somebody unknown', () => assertion({ claims: { email: 'nobody@spa.test' } })],
    ['names a dismissed administrator', () => assertion({ claims: { email: 'gone@spa.test' } })],
    ['names two people', () => assertion({ claims: { email: ['olga@spa.test'] } })],
    ['is rubbish', () => 'x'],
    ['is empty', () => ''],
  ])('is nobody when its assertion %s, even beside a good cookie', async (_, make) => {
    const world = await startBehindAccess()
    await addAdmin(world, { email: 'gone@spa.test', active: false })
    await addAdmin(world, { email: 'boris@spa.test' })
    const login = await world.call('POST', '/api/v1/admin/login', {
      body: { email: 'boris@spa.test', password: 'тихий горный ручей', session: 'cookie' },
    })
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect((await world.call('GET', SESSION, { headers: { cookie } })).status).toBe(200)
    const answer = await world.call('GET', SESSION, { headers: { cookie, [HEADER]: await make() } })
    expect(await codeOf(answer)).toBe('unauthenticated')
  })

  test('says nothing against a token in the Authorization header, which alone counts', async () => {
    const world = await startBehindAccess()
    await addAdmin(world, { email: 'boris@spa.test' })
    const token = await tokenFor(world, { email: 'boris@spa.test' })
    const headers = { [HEADER]: await assertion() }
    expect(await (await world.call('GET', SESSION, { token, headers })).json()).toMatchObject({
      email: 'boris@spa.test',
    })
    expect((await world.call('GET', SESSION, { token: 'spa_admin_x', headers })).status).toBe(401)
    const userId = await addUser()
    expect((await world.call('GET', '/api/v1/me', { as: CLIENT(userId), headers })).status).toBe(200)
  })

  test('stands for a cookie: changes are taken from our own pages only', async () => {
    const world = await startBehindAccess()
    const headers = { [HEADER]: await assertion() }
    const path = '/api/v1/admin/parked/1/dismiss'
    expect(await codeOf(await world.call('POST', path, { headers }))).toBe('cross_site_request')
    const foreign = { ...headers, origin: 'https://evil.test' }
    expect(await codeOf(await world.call('POST', path, { headers: foreign }))).toBe('cross_site_request')
    const own = { ...headers, 'sec-fetch-site': 'same-origin' }
    expect(await codeOf(await world.call('POST', path, { headers: own }))).toBe('not_found')
    // There is no session of ours to end.
    expect((await world.call('POST', '/api/v1/admin/logout', { headers: own })).status).toBe(204)
  })

  test('that is not set up is not listened to', async () => {
    const world = startOffice()
    await addAdmin(world)
    const answer = await world.call('GET', SESSION, { headers: { [HEADER]: await assertion() } })
    expect(answer.status).toBe(401)
  })

  test.each([
    ['answers with an error', () => new Response('', { status: 500 })],
    ['answers with rubbish', () => new Response('<html>')],
    [
      'cannot be reached',
      () => {
        throw new TypeError('Network connection lost.')
      },
    ],
  ])('whose keys server %s lets nobody in, and the log says so', async (_, answerCerts) => {
    const world = await startBehindAccess(answerCerts)
    const answer = await world.call('GET', SESSION, { headers: { [HEADER]: await assertion() } })
    expect(answer.status).toBe(401)
    expect(world.logged.map(({ event }) => event)).toEqual(['access.keys_unavailable'])
  })

  test('cannot be made to fetch its keys for every made-up assertion', async () => {
    const world = await startBehindAccess()
    for (let n = 0; n < 10; n++) {
      const made = await assertion({ key: foreign.privateKey, kid: `made-up-${n}` })
      await world.call('GET', SESSION, { headers: { [HEADER]: made } })
    }
    expect(world.asked.length).toBeLessThanOrEqual(2)
  })
})
