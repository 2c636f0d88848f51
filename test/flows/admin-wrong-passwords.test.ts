import { describe, expect, test } from 'vitest'
import { signToken } from '../../src/auth/tokens.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { addAdmin, attempt, from, OTHER_PASSWORD, signInBrowser, startOffice, times, WRONG } from '../support/office.ts'
import { rows } from '../support/salon.ts'

const GUESSES_AT_EMAIL = 100
const GUESSES_OF_NETWORK = 300
const looked = (answers: readonly Response[]) => answers.filter(({ status }) => status === 401).length

describe('wrong passwords', () => {
  test('are looked at five times, though a hundred come at once', async () => {
    const world = startOffice()
    await addAdmin(world)
    const answers = await times(100, () => attempt(world, WRONG))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95)
    expect(world.logged.filter(({ event }) => event === 'admin.login_refused')).toHaveLength(5)
  })

  test('lock the right one out, too, until a quarter of an hour has passed', async () => {
    const world = startOffice()
    await addAdmin(world)
    await times(5, () => attempt(world, WRONG))
    world.clock.now += 5 * MINUTE_MS
    const refused = await attempt(world)
    expect(refused.headers.get('retry-after')).toBe('600')
    expect(await refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' })
    world.clock.now += 10 * MINUTE_MS
    expect((await attempt(world)).status).toBe(200)
  })

  test('are forgotten when the right one follows', async () => {
    const world = startOffice()
    await addAdmin(world)
    for (let round = 0; round < 3; round++) {
      await times(4, () => attempt(world, WRONG))
      expect((await attempt(world)).status).toBe(200)
    }
  })

  test('of a stranger lock out neither another address nor a browser that was signed in before', async () => {
    const world = startOffice()
    await addAdmin(world)
    const device = await signInBrowser(world, from('198.51.100.7').headers)
    const stranger = from('198.51.100.7')
    await times(20, () => attempt(world, { ...WRONG, ...stranger }))
    expect((await attempt(world, stranger)).status).toBe(429)
    expect((await attempt(world, from('203.0.113.5'))).status).toBe(200)
    const colleague = { headers: { ...stranger.headers, cookie: device } }
    expect((await attempt(world, colleague)).status).toBe(200)
    // The stranger has gained nothing by it.
    expect((await attempt(world, stranger)).status).toBe(429)
  })

  test('in a browser that was signed in before count there, five times', async () => {
    const world = startOffice()
    await addAdmin(world)
    const cookie = await signInBrowser(world)
    const answers = await times(20, () => attempt(world, { ...WRONG, headers: { cookie } }))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect((await attempt(world, { headers: { cookie } })).status).toBe(429)
    expect((await attempt(world)).status).toBe(200)
  })

  test('in the known browser of one administrator are those of a stranger for another', async () => {
    const world = startOffice()
    await addAdmin(world)
    await addAdmin(world, { email: 'boris@spa.test' })
    const cookie = await signInBrowser(world)
    await times(5, () => attempt(world, { ...WRONG, email: 'boris@spa.test' }))
    const guess = await attempt(world, { ...WRONG, email: 'boris@spa.test', headers: { cookie } })
    expect(guess.status).toBe(429)
  })

  test('of a stranger do not lock out colleagues who share a browser, window after window', async () => {
    const world = startOffice()
    await addAdmin(world)
    await addAdmin(world, { email: 'igor@spa.test', password: OTHER_PASSWORD, role: 'desk' })
    const igor = { email: 'igor@spa.test', password: OTHER_PASSWORD }
    const salon = from('198.51.100.9').headers
    const olgas = await signInBrowser(world, salon)
    let cookie = await signInBrowser(world, { ...salon, cookie: olgas }, igor)
    for (let window = 0; window < 3; window++) {
      for (const email of ['olga@spa.test', 'igor@spa.test']) {
        await times(6, () => attempt(world, { ...WRONG, email, headers: salon }))
        expect((await attempt(world, { ...WRONG, email, headers: salon })).status).toBe(429)
      }
      cookie = await signInBrowser(world, { ...salon, cookie })
      cookie = await signInBrowser(world, { ...salon, cookie }, igor)
      world.clock.now += 15 * MINUTE_MS
    }
  })

  test('in a shared browser count there for each colleague apart, however often another signs in', async () => {
    const world = startOffice()
    await addAdmin(world)
    await addAdmin(world, { email: 'igor@spa.test', role: 'desk' })
    const igor = { email: 'igor@spa.test' }
    let cookie = await signInBrowser(world, { cookie: await signInBrowser(world) }, igor)
    let count = 0
    for (let round = 0; round < 5; round++) {
      count += looked(await times(3, () => attempt(world, { ...WRONG, headers: { cookie } })))
      cookie = await signInBrowser(world, { cookie }, igor)
    }
    expect(count).toBe(5)
  })

  test('of a stranger do not lock out a command line that shows the device token of its last sign-in', async () => {
    const world = startOffice()
    await addAdmin(world)
    const { device_token } = await (await attempt(world)).json<{ device_token: string }>()
    await times(5, () => attempt(world, WRONG))
    expect((await attempt(world)).status).toBe(429)
    const answer = await attempt(world, { device_token })
    expect(answer.status).toBe(200)
    const next = await answer.json<{ device_token: string }>()
    // Wrong ones count there, too, also with the token of the later sign-in.
    expect(
      looked(
        await times(20, (n) => attempt(world, { ...WRONG, device_token: n % 2 ? device_token : next.device_token })),
      ),
    ).toBe(5)
    expect((await attempt(world, { device_token })).status).toBe(429)
  })

  test.each([
    ['made up', 'x'],
    ['signed for something else', 'token'],
    ['half a year old', 'old'],
    ['of somebody else', 'other'],
  ])('with a device token that is %s count as a stranger’s', async (_, kind) => {
    const world = startOffice()
    const id = await addAdmin(world)
    await addAdmin(world, { email: 'igor@spa.test' })
    const tokenOf = async (email: string) =>
      (await (await attempt(world, { email })).json<{ device_token: string }>()).device_token
    const [old, other] = [await tokenOf('olga@spa.test'), await tokenOf('igor@spa.test')]
    if (kind === 'old') world.clock.now += 180 * 24 * HOUR_MS + 1000
    const token = await signToken({ sub: 'x', admins: [id] }, 'spa-booking-api', world.ctx.config.secrets, {
      nowSeconds: world.clock.now / 1000,
      lifetimeSeconds: 600,
    })
    const shown = { x: 'x', token, old, other }[kind] ?? ''
    await times(5, () => attempt(world, WRONG))
    expect((await attempt(world, { device_token: shown })).status).toBe(429)
    expect((await attempt(world, { headers: { cookie: `__Host-spa-device=${shown}` } })).status).toBe(429)
  })

  test.each([
    ['addresses of IPv4', (n: number) => `198.51.100.${n}`],
    ['/64s of one /48', (n: number) => `2001:db8:1:${n.toString(16)}::1`],
    ['/48s', (n: number) => `2001:db8:${n.toString(16)}::1`],
  ])('for one e-mail stop at a hundred, from however many %s, but not for a known device', async (_, address) => {
    const world = startOffice()
    await addAdmin(world)
    const { device_token } = await (await attempt(world, from('203.0.113.5'))).json<{ device_token: string }>()
    let count = 0
    for (let n = 1; n <= 30; n++) {
      count += looked(await times(5, () => attempt(world, { ...WRONG, ...from(address(n)) })))
    }
    // The sign-in above, from what was then a new device, is one of the hundred.
    expect(count).toBe(GUESSES_AT_EMAIL - 1)
    expect((await attempt(world, from('203.0.113.6'))).status).toBe(429)
    expect((await attempt(world, { ...WRONG, email: 'boris@spa.test', ...from(address(1)) })).status).toBe(401)
    expect((await attempt(world, { device_token, ...from(address(1)) })).status).toBe(200)
    world.clock.now += 15 * MINUTE_MS
    expect((await attempt(world, from('203.0.113.6'))).status).toBe(200)
  })

  test('of a guest for thirty invented e-mails lock nobody out of the salon’s network', async () => {
    const world = startOffice()
    await addAdmin(world)
    const salon = from('198.51.100.9')
    await times(30, (n) => attempt(world, { ...WRONG, email: `x${n}@y.test`, ...salon }))
    expect((await attempt(world, salon)).status).toBe(200)
  })

  test.each([
    ['address of IPv4', () => '198.51.100.7'],
    ['/48 of IPv6', (n: number) => `2001:db8:0:${n.toString(16)}::1`],
  ])('for ever new e-mails stop at three hundred from one %s, but not for a known device', async (_, address) => {
    const world = startOffice()
    await addAdmin(world)
    const cookie = await signInBrowser(world, from('203.0.113.5').headers)
    const answers = await times(310, (n) =>
      attempt(world, { ...WRONG, email: `somebody${n}@spa.test`, ...from(address(n)) }),
    )
    expect(looked(answers)).toBe(GUESSES_OF_NETWORK)
    expect((await attempt(world, from(address(1)))).status).toBe(429)
    expect((await attempt(world, { headers: { ...from(address(1)).headers, cookie } })).status).toBe(200)
    expect((await attempt(world, { ...WRONG, ...from('2001:db8:1::1') })).status).toBe(401)
  })

  test('for many e-mails are not forgotten because one’s own sign-in succeeds now and then', async () => {
    const world = startOffice()
    await addAdmin(world)
    let count = 0
    for (let n = 0; n < 310; n++) {
      count += looked([await attempt(world, { ...WRONG, email: `somebody${n}@spa.test` })])
      if (n % 50 === 0) count += (await attempt(world)).status === 200 ? 1 : 0
    }
    expect(count).toBe(GUESSES_OF_NETWORK)
  })

  test('leave neither e-mails nor addresses in the table that counts them', async () => {
    const world = startOffice()
    await addAdmin(world)
    await attempt(world, { ...WRONG, ...from('198.51.100.7') })
    const keys = await rows<{ key: string }>('select key from allowances')
    expect(keys).toHaveLength(3)
    for (const { key } of keys) expect(key).toMatch(/^admin-login:[0-9a-f]{64}$/)
  })
})
