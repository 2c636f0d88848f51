import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/platform/config.ts'
import { DAY_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { row, rows } from '../support/salon.ts'
import { logIn, type Tokens } from '../support/sign-in.ts'
import { startWorld, type World } from '../support/world.ts'

const ANNA = { phone: '+79161234567' }

const refresh = (world: World, refreshToken: string) =>
  world.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: refreshToken } })

async function refreshed(world: World, refreshToken: string): Promise<Tokens> {
  const answer = await refresh(world, refreshToken)
  expect(answer.status).toBe(200)
  return await answer.json()
}

const isIn = async (world: World, token: string) => (await world.call('GET', '/api/v1/me', { token })).status === 200

async function expectOut(world: World, refreshToken: string): Promise<void> {
  const answer = await refresh(world, refreshToken)
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'invalid_refresh_token' }])
}

describe('tokens', () => {
  test('the access token ends after fifteen minutes, and the refresh token gives the next', async () => {
    const world = startWorld()
    const first = await logIn(world, ANNA)
    world.clock.now += 15 * MINUTE_MS - 1000
    expect(await isIn(world, first.access_token)).toBe(true)
    world.clock.now += 1000
    expect(await isIn(world, first.access_token)).toBe(false)
    const second = await refreshed(world, first.refresh_token)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await isIn(world, second.access_token)).toBe(true)
  })

  test('are stored as hashes only', async () => {
    const world = startWorld()
    const { refresh_token } = await logIn(world, ANNA)
    const stored = JSON.stringify(await rows('select * from sessions'))
    for (const part of refresh_token.split('.')) expect(stored).not.toContain(part)
    expect(JSON.stringify(world.logged)).not.toContain(refresh_token.slice(0, 20))
  })

  test('a phone that is used now and then stays signed in; one that rests for sixty days does not', async () => {
    const world = startWorld()
    let tokens = await logIn(world, ANNA)
    for (let month = 0; month < 4; month++) {
      world.clock.now += 30 * DAY_MS
      tokens = await refreshed(world, tokens.refresh_token)
    }
    world.clock.now += 60 * DAY_MS
    await expectOut(world, tokens.refresh_token)
  })

  test('ten refreshes at once with one token give the same next one, and the phone stays signed in', async () => {
    const world = startWorld()
    const { refresh_token } = await logIn(world, ANNA)
    world.clock.now += 15 * MINUTE_MS
    const answers = await Promise.all(Array.from({ length: 10 }, () => refreshed(world, refresh_token)))
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1)
    expect(await rows('select end_reason from sessions')).toEqual([{ end_reason: null }])
    world.clock.now += 15 * MINUTE_MS
    await refreshed(world, answers[7]?.refresh_token ?? '')
  })

  test('a lost answer is forgiven for thirty seconds', async () => {
    const world = startWorld()
    const first = await logIn(world, ANNA)
    const lost = await refreshed(world, first.refresh_token)
    world.clock.now += 30_000
    const again = await refreshed(world, first.refresh_token)
    expect(again.refresh_token).toBe(lost.refresh_token)
    world.clock.now += MINUTE_MS
    await refreshed(world, again.refresh_token)
  })

  test('an old token used after thirty-one seconds ends the session for all who hold its tokens', async () => {
    const world = startWorld()
    const first = await logIn(world, ANNA)
    const second = await refreshed(world, first.refresh_token)
    world.clock.now += 31_000
    await expectOut(world, first.refresh_token)
    await expectOut(world, second.refresh_token)
    expect(await row('select end_reason from sessions')).toEqual({ end_reason: 'reuse' })
    expect(world.logged.map(({ event }) => event)).toContain('auth.refresh_token_reused')
  })

  test('a token from two rotations ago is never forgiven', async () => {
    const world = startWorld()
    const first = await logIn(world, ANNA)
    const second = await refreshed(world, first.refresh_token)
    const third = await refreshed(world, second.refresh_token)
    await expectOut(world, first.refresh_token)
    await expectOut(world, third.refresh_token)
  })

  test('the reuse of one device’s token leaves the other devices alone', async () => {
    const world = startWorld()
    const stolen = await logIn(world, ANNA)
    world.clock.now += MINUTE_MS
    const other = await logIn(world, ANNA)
    await refreshed(world, stolen.refresh_token)
    world.clock.now += MINUTE_MS
    await expectOut(world, stolen.refresh_token)
    await refreshed(world, other.refresh_token)
  })

  test.each(['', 'x', 'a.b', `${'a'.repeat(43)}.${'b'.repeat(43)}`, "' or 1=1 --", 'ы'.repeat(87)])(
    '«%s» is no refresh token and ends nobody’s session',
    async (token) => {
      const world = startWorld()
      const { refresh_token } = await logIn(world, ANNA)
      await expectOut(world, token)
      await refreshed(world, refresh_token)
    },
  )

  test('a family with a made-up token ends that family only, and it takes the family to do it', async () => {
    const world = startWorld()
    const { refresh_token } = await logIn(world, ANNA)
    const [family, token] = refresh_token.split('.')
    await expectOut(world, `${token}.${token}`)
    expect(await row('select end_reason from sessions')).toEqual({ end_reason: null })
    await expectOut(world, `${family}.${family}`)
    await expectOut(world, refresh_token)
  })
})

describe('a change of the signing secret', () => {
  const OLD = 'old-secret-old-secret-old-secret-old'
  const NEW = 'new-secret-new-secret-new-secret-new'
  const worldOf = (now: number, vars: Record<string, string>) => {
    const { config } = startWorld().ctx
    const world = startWorld({ config: { ...config, secrets: parseConfig(vars).secrets } })
    world.clock.now = now
    return world
  }

  test('leaves tokens valid while the old secret is named as the previous one, and no longer', async () => {
    const before = worldOf(startWorld().clock.now, { JWT_SECRET: OLD })
    const tokens = await logIn(before, ANNA)
    const during = worldOf(before.clock.now, { JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: OLD })
    expect(await isIn(during, tokens.access_token)).toBe(true)
    const next = await refreshed(during, tokens.refresh_token)
    const after = worldOf(before.clock.now, { JWT_SECRET: NEW })
    expect(await isIn(after, tokens.access_token)).toBe(false)
    expect(await isIn(after, next.access_token)).toBe(true)
    expect(await isIn(before, next.access_token)).toBe(false)
  })

  test('within the half minute of a lost answer does not sign the phone out', async () => {
    const before = worldOf(startWorld().clock.now, { JWT_SECRET: OLD })
    const { refresh_token } = await logIn(before, ANNA)
    const lost = await refreshed(before, refresh_token)
    const during = worldOf(before.clock.now + 10_000, { JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: OLD })
    expect((await refreshed(during, refresh_token)).refresh_token).toBe(lost.refresh_token)
  })
})

describe('sessions', () => {
  test('are listed with the one that asks marked; one can be ended, and it is out at its next refresh', async () => {
    const world = startWorld()
    const phone = await logIn(world, ANNA, { device: 'iPhone 17' })
    world.clock.now += MINUTE_MS
    const tablet = await logIn(world, ANNA, { device: ' Планшет\u0000 ' })
    const list = async () =>
      await (await world.call('GET', '/api/v1/me/sessions', { token: tablet.access_token })).json<
        { id: number; device: string; current: boolean; created_at: string }[]
      >()
    const [first, second] = await list()
    expect([first, second]).toMatchObject([
      { device: 'Планшет', current: true, created_at: '2026-09-15T12:01:00+03:00' },
      { device: 'iPhone 17', current: false, created_at: '2026-09-15T12:00:00+03:00' },
    ])
    const end = (id: number | undefined, token: string) => world.call('DELETE', `/api/v1/me/sessions/${id}`, { token })
    expect((await end(second?.id, tablet.access_token)).status).toBe(204)
    expect((await end(second?.id, tablet.access_token)).status).toBe(404)
    await expectOut(world, phone.refresh_token)
    expect(await list()).toHaveLength(1)
  })

  test('of others cannot be ended', async () => {
    const world = startWorld()
    const anna = await logIn(world, ANNA)
    const boris = await logIn(world, { email: 'boris@example.com' })
    const { id } = await row<{ id: number }>('select id from sessions where user_id = ?', anna.user_id)
    const answer = await world.call('DELETE', `/api/v1/me/sessions/${id}`, { token: boris.access_token })
    expect(answer.status).toBe(404)
    await refreshed(world, anna.refresh_token)
  })

  test('logging out ends this one, logging out everywhere ends all; a repetition finds nobody', async () => {
    const world = startWorld()
    const signIn = async () => {
      world.clock.now += MINUTE_MS
      return await logIn(world, ANNA)
    }
    const [one, two, three] = [await signIn(), await signIn(), await signIn()]
    const out = async (path: string, { access_token: token }: Tokens, status = 204) =>
      expect((await world.call('POST', `/api/v1/auth/${path}`, { token })).status).toBe(status)
    await out('logout', one)
    await out('logout', one, 401)
    await expectOut(world, one.refresh_token)
    const next = await refreshed(world, two.refresh_token)
    await out('logout-all', three)
    await out('logout-all', three, 401)
    await expectOut(world, next.refresh_token)
    await expectOut(world, three.refresh_token)
  })

  test('that were ended let their access tokens read for a quarter of an hour, and change nothing', async () => {
    const world = startWorld()
    const stolen = await logIn(world, ANNA)
    world.clock.now += MINUTE_MS
    const own = await logIn(world, ANNA)
    await world.call('POST', '/api/v1/auth/logout-all', { token: own.access_token })
    const token = stolen.access_token
    expect(await isIn(world, token)).toBe(true)
    const attempts = [
      await world.call('POST', '/api/v1/me/contacts', { token, body: { email: 'thief@example.com' } }),
      await world.call('PATCH', '/api/v1/me', { token, body: { name: 'Вор' } }),
      await world.call('DELETE', '/api/v1/me', { token }),
    ]
    expect(attempts.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(world.inbox.messagesTo('thief@example.com')).toEqual([])
  })

  test('of one client are at most twenty: the one unused longest goes', async () => {
    const world = startWorld()
    const all: Tokens[] = []
    for (let i = 0; i < 21; i++) {
      world.clock.now += 3 * 60 * MINUTE_MS
      all.push(await logIn(world, ANNA))
    }
    const counts = await rows('select end_reason, count(*) as n from sessions group by 1 order by 1')
    expect(counts).toEqual([
      { end_reason: null, n: 20 },
      { end_reason: 'too_many', n: 1 },
    ])
    await expectOut(world, all[0]?.refresh_token ?? '')
    await refreshed(world, all[1]?.refresh_token ?? '')
  })
})
