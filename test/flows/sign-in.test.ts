import { describe, expect, test, vi } from 'vitest'
import { checkAdminHealth } from '../../src/ops/health/check-admin-health.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { askForCode, codeSentTo, logIn, registerAtDesk, tryToLogIn } from '../support/sign-in.ts'
import { ADMIN, NOON, startWorld, type World } from '../support/world.ts'

const PHONE = '+79161234567'
const ANNA = { phone: PHONE }
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code
const from = (address: string) => ({ 'cf-connecting-ip': address })

/** A code that is not the right one. */
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('a code', () => {
  test('goes to a phone or an e-mail, and the answer is the same whether anybody has it or not', async () => {
    const world = startWorld()
    await addUser({ phone: PHONE, email: 'anna@example.com' })
    const answers = []
    for (const contact of [
      ANNA,
      { phone: '+79160000000' },
      { email: 'anna@example.com' },
      { email: 'no@example.com' },
    ]) {
      const answer = await askForCode(world, contact)
      const { 'x-request-id': _, ...headers } = Object.fromEntries(answer.headers)
      const { challenge, ...body } = await answer.json<{ challenge: string }>()
      expect(challenge).toMatch(/^[\w-]{43}$/)
      answers.push({ status: answer.status, headers, body })
    }
    expect(answers[0]).toMatchObject({ status: 202, body: { resend_after: 60, expires_in: 300 } })
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(world.inbox.messages.map(({ channel, to }) => [channel, to])).toEqual([
      ['sms', PHONE],
      ['sms', '+79160000000'],
      ['email', 'anna@example.com'],
      ['email', 'no@example.com'],
    ])
  })

  test('is stored as a hash, beside a hash of the contact, and stands in no log', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const code = codeSentTo(world, ANNA)
    const stored = JSON.stringify(await rows('select * from one_time_codes, allowances'))
    expect(stored).not.toContain(code)
    expect(stored).not.toContain('9161234567')
    expect(JSON.stringify(world.logged)).not.toContain(code)
    expect(JSON.stringify(world.logged)).not.toContain('9161234567')
  })

  test.each(['8 (916) 123-45-67', '9161234567', '+7 916 123 45 67'])(
    'asked for by %s is the code of one phone',
    async (typed) => {
      const world = startWorld()
      await askForCode(world, { phone: typed })
      const answer = await tryToLogIn(world, { ...ANNA, code: codeSentTo(world, ANNA), consent: '1' })
      expect(answer.status).toBe(200)
      expect(await row('select value, phone_last10 from user_contacts')).toEqual({
        value: PHONE,
        phone_last10: '9161234567',
      })
    },
  )

  test.each([
    {},
    { phone: PHONE, email: 'anna@example.com' },
    { phone: '123' },
    { phone: 'телефон' },
    { email: 'anna' },
    { phone: '' },
    { phone: 79161234567 },
    { phone: PHONE, role: 'owner' },
  ])('%j is no contact', async (body) => {
    const world = startWorld()
    const answer = await world.call('POST', '/api/v1/auth/code', { body })
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'validation_failed'])
    expect(world.inbox.messages).toEqual([])
  })

  test('goes to no country that is not served, and over no channel that is off', async () => {
    const world = startWorld()
    expect(await codeOf(await askForCode(world, { phone: '+77011234567' }))).toBe('country_not_served')
    const { config } = world.ctx
    const off = startWorld({ config: { ...config, sms: { ...config.sms, provider: 'off' } } })
    const answer = await askForCode(off, ANNA)
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'channel_unavailable'])
    expect([...world.inbox.messages, ...off.inbox.messages]).toEqual([])
  })

  test('comes again after a minute and replaces the one before; until then there is one', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const first = codeSentTo(world, ANNA)
    world.clock.now += 59_000
    const tooEarly = await askForCode(world, ANNA)
    expect([tooEarly.status, tooEarly.headers.get('retry-after')]).toEqual([429, '1'])
    world.clock.now += 1000
    expect((await askForCode(world, ANNA)).status).toBe(202)
    const second = codeSentTo(world, ANNA)
    expect(await codeOf(await tryToLogIn(world, { ...ANNA, code: first, consent: '1' }))).toBe('code_wrong')
    expect((await tryToLogIn(world, { ...ANNA, code: second, consent: '1' })).status).toBe(200)
  })

  test('asked for a hundred times at once is sent once', async () => {
    const world = startWorld()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => askForCode(world, ANNA, from(`10.0.0.${i}`))),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(world.inbox.messages).toHaveLength(1)
  })

  test('is sent to one contact at most five times an hour and ten times a day', async () => {
    const world = startWorld()
    const sentWithin = async (ms: number) => {
      const before = world.inbox.messages.length
      for (const end = world.clock.now + ms; world.clock.now < end; world.clock.now += 2 * MINUTE_MS)
        await askForCode(world, ANNA)
      return world.inbox.messages.length - before
    }
    expect(await sentWithin(HOUR_MS)).toBe(5)
    expect(await sentWithin(HOUR_MS)).toBe(5)
    expect(await sentWithin(HOUR_MS)).toBe(0)
    const answer = await askForCode(world, ANNA)
    expect(Number(answer.headers.get('retry-after'))).toBe((NOON + DAY_MS - world.clock.now) / 1000)
  })

  test('is sent from one address to at most twenty contacts in ten minutes; an IPv6 household is one address, a provider’s customer at most a hundred an hour', async () => {
    const world = startWorld()
    const ask = async (i: number, address: string) =>
      (await askForCode(world, { phone: `+7916000${String(i).padStart(4, '0')}` }, from(address))).status
    for (let i = 0; i < 20; i++) expect(await ask(i, `2001:db8:1:2::${i}`)).toBe(202)
    expect(await ask(20, '2001:0db8:0001:0002:ffff::1')).toBe(429)
    expect(await ask(21, '2001:db8:1:3::1')).toBe(202)
    for (let i = 22; i < 101; i++) expect(await ask(i, `2001:db8:1:${i.toString(16)}::1`)).toBe(202)
    expect(await ask(102, '2001:db8:1:ffff::1')).toBe(429)
    expect(await ask(103, '::ffff:203.0.113.1')).toBe(202)
  })

  test('is not sent to newcomers by the hundred: they get the same answer, clients get their codes, the owner an alarm', async () => {
    const world = startWorld()
    await addUser(ANNA)
    const ask = (i: number) =>
      askForCode(world, { phone: `+7916000${String(i).padStart(4, '0')}` }, from(`10.4.${i}.1`))
    for (let i = 0; i < 100; i++) await ask(i)
    const answer = await ask(100)
    expect([answer.status, await answer.json()]).toMatchObject([202, { resend_after: 60, expires_in: 300 }])
    expect(world.inbox.messages).toHaveLength(100)
    await askForCode(world, ANNA)
    expect(world.inbox.messages.at(-1)?.to).toBe(PHONE)
    expect(await rows('select key from parked_work')).toEqual([{ key: 'alarm:codes-to-newcomers:phone' }])
    world.clock.now += HOUR_MS
    await ask(101)
    expect(world.inbox.messages).toHaveLength(102)
  })

  test('that could not even be queued may be asked for again at once', async () => {
    const broken = () => Promise.reject(new Error('queue is down'))
    const world = startWorld({ messages: { send: broken, sendBatch: broken } })
    world.inbox.knobs.sms = 'down'
    const answer = await askForCode(world, ANNA)
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'temporarily_unavailable'])
    world.inbox.knobs.sms = 'ok'
    expect((await askForCode(world, ANNA)).status).toBe(202)
  })
})

describe('guessing', () => {
  test('a hundred guesses at once spend five attempts, and the right code does not help afterwards', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const code = codeSentTo(world, ANNA)
    const guesses = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        tryToLogIn(world, { ...ANNA, code: wrong(code), consent: '1' }, from(`10.1.0.${i}`)),
      ),
    )
    const codes = await Promise.all(guesses.map(codeOf))
    expect(codes.filter((one) => one === 'code_wrong')).toHaveLength(5)
    expect(codes.filter((one) => one === 'code_expired')).toHaveLength(95)
    expect(await codeOf(await tryToLogIn(world, { ...ANNA, code, consent: '1' }))).toBe('code_expired')
    expect(await rows('select * from users')).toEqual([])
  })

  test('strangers cannot use up the attempts of the app that asked, nor shut the phone out', async () => {
    const world = startWorld()
    const { challenge } = await (await askForCode(world, ANNA)).json<{ challenge: string }>()
    const code = codeSentTo(world, ANNA)
    for (let i = 0; i < 20; i++) await tryToLogIn(world, { ...ANNA, code: wrong(code), consent: '1' }, from('10.9.0.1'))
    expect(await codeOf(await tryToLogIn(world, { ...ANNA, code, consent: '1' }))).toBe('code_expired')
    for (let i = 0; i < 4; i++) await tryToLogIn(world, { ...ANNA, code: wrong(code), challenge, consent: '1' })
    expect((await tryToLogIn(world, { ...ANNA, code, challenge, consent: '1' })).status).toBe(200)
  })

  test('strangers who keep asking for codes leave the client his own', async () => {
    const world = startWorld()
    for (let i = 0; i < 12; i++) {
      await askForCode(world, ANNA, from('10.9.0.1'))
      world.clock.now += 2 * MINUTE_MS
    }
    expect((await askForCode(world, ANNA, from('10.9.0.1'))).status).toBe(429)
    expect((await askForCode(world, ANNA, from('203.0.113.5'))).status).toBe(202)
  })

  test('many wrong codes in a day, at whosever accounts, turn the health check red', async () => {
    const world = startWorld()
    for (let i = 0; i < 61; i++) {
      const phone = `+7916${String(i).padStart(7, '0')}`
      await askForCode(world, { phone }, from(`10.2.${i}.1`))
      const code = wrong(codeSentTo(world, { phone }))
      for (let n = 0; n < 5; n++) await tryToLogIn(world, { phone, code, consent: '1' }, from(`10.3.${i}.${n}`))
    }
    expect((await checkAdminHealth(world.ctx)).conditions).toContainEqual({ code: 'alarms_held', facts: { count: 1 } })
    expect(await rows('select key from parked_work')).toEqual([{ key: 'alarm:codes:guessed' }])
  })

  test('the right code after four wrong ones is still good', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const code = codeSentTo(world, ANNA)
    for (let i = 0; i < 4; i++) await tryToLogIn(world, { ...ANNA, code: wrong(code), consent: '1' })
    expect((await tryToLogIn(world, { ...ANNA, code, consent: '1' })).status).toBe(200)
  })

  test('one address has sixty guesses in ten minutes, at whosever codes', async () => {
    const world = startWorld()
    const guess = () => tryToLogIn(world, { ...ANNA, code: '000000', consent: '1' })
    const codes = await Promise.all((await Promise.all(Array.from({ length: 70 }, guess))).map(codeOf))
    expect(codes.filter((one) => one === 'too_many_requests')).toHaveLength(10)
    const later = await guess()
    expect(later.headers.get('retry-after')).toBe('600')
  })

  test('codes are compared in constant time', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const compare = vi.spyOn(crypto.subtle, 'timingSafeEqual')
    await tryToLogIn(world, { ...ANNA, code: wrong(codeSentTo(world, ANNA)), consent: '1' })
    expect(compare).toHaveBeenCalledOnce()
    compare.mockRestore()
  })

  test('a code lives five minutes', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    world.clock.now += 5 * MINUTE_MS
    const answer = await tryToLogIn(world, { ...ANNA, code: codeSentTo(world, ANNA), consent: '1' })
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'code_expired'])
  })

  test('a code of one contact signs nobody else in', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const code = codeSentTo(world, ANNA)
    await askForCode(world, { phone: '+79169999999' })
    const answer = await tryToLogIn(world, { phone: '+79169999999', code, consent: '1' })
    // One chance in a million that both have the same code; then the message above would have it, too.
    expect(await codeOf(answer)).toBe('code_wrong')
  })

  test('one code signs in once, however many ask at the same moment', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const body = { ...ANNA, code: codeSentTo(world, ANNA), consent: '1', name: 'Анна' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => tryToLogIn(world, body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422])
    expect(await rows('select name from users')).toEqual([{ name: 'Анна' }])
    expect(await rows('select id from sessions')).toHaveLength(1)
  })
})

describe('signing in', () => {
  test('the first time makes the account, the next time finds it, by any of its contacts', async () => {
    const world = startWorld()
    const first = await logIn(world, ANNA, { name: ' Анна ', surname: 'Петрова' })
    expect(first).toMatchObject({ created: true, token_type: 'Bearer', expires_in: 900 })
    world.clock.now += 61_000
    const again = await logIn(world, ANNA, { name: 'Другое имя' })
    expect(again).toMatchObject({ created: false, user_id: first.user_id })
    const me = await world.call('GET', '/api/v1/me', { token: again.access_token })
    expect(await me.json()).toMatchObject({ id: first.user_id, name: 'Анна', surname: 'Петрова', phone: PHONE })
  })

  test('a client registered at the desk gets his account, and his name if the desk wrote none', async () => {
    const world = startWorld()
    const id = await addUser({ phone: PHONE, name: '' })
    expect(await logIn(world, ANNA, { name: 'Анна' })).toMatchObject({ user_id: id, created: false })
    expect(await row('select name, search_name from users')).toEqual({ name: 'Анна', search_name: 'анна' })
  })

  test('without the current consent nothing is stored, and the code is still good for another try', async () => {
    const world = startWorld()
    await askForCode(world, ANNA)
    const code = codeSentTo(world, ANNA)
    for (const consent of [undefined, '0']) {
      const refused = await tryToLogIn(world, { ...ANNA, code, consent })
      expect([refused.status, await refused.json()]).toMatchObject([
        422,
        { code: 'consent_required', consent: { document: 'personal_data', version: '1' } },
      ])
    }
    expect(await rows('select id from users')).toEqual([])
    expect((await tryToLogIn(world, { ...ANNA, code, consent: '1' })).status).toBe(200)
    expect(await rows('select document, version, given_at, how from consents')).toEqual([
      { document: 'personal_data', version: '1', given_at: NOON, how: 'phone_code' },
    ])
  })

  test('consent is asked once for each version, and a wrong code never tells who has given it', async () => {
    const world = startWorld()
    await logIn(world, ANNA)
    world.clock.now += 61_000
    await askForCode(world, ANNA)
    expect(await codeOf(await tryToLogIn(world, { ...ANNA, code: wrong(codeSentTo(world, ANNA)) }))).toBe('code_wrong')
    expect((await tryToLogIn(world, { ...ANNA, code: codeSentTo(world, ANNA) })).status).toBe(200)

    const renewed = startWorld({ config: { ...world.ctx.config, consent: { version: '2', url: undefined } } })
    renewed.clock.now = world.clock.now + 61_000
    await askForCode(renewed, ANNA)
    expect(await codeOf(await tryToLogIn(renewed, { ...ANNA, code: codeSentTo(renewed, ANNA) }))).toBe(
      'consent_required',
    )
    const document = await (await renewed.call('GET', '/api/v1/auth/consent')).json()
    expect(document).toEqual({ document: 'personal_data', version: '2', url: null })
  })

  test('a consent signed at the desk counts, and the log says where and in which request it was given', async () => {
    const world = startWorld()
    const created = await registerAtDesk(world, { name: 'Анна', ...ANNA, consent_signed: true })
    expect(await rows('select version, how, request_id from consents')).toEqual([
      { version: '1', how: 'desk', request_id: created.headers.get('x-request-id') },
    ])
    world.clock.now += 61_000
    await askForCode(world, ANNA)
    expect((await tryToLogIn(world, { ...ANNA, code: codeSentTo(world, ANNA) })).status).toBe(200)
  })

  test('a client who is signed in agrees to a new version without a code, once', async () => {
    const first = startWorld()
    const { access_token: token } = await logIn(first, ANNA)
    const world = startWorld({ config: { ...first.ctx.config, consent: { version: '2', url: undefined } } })
    const agree = (version: string) => world.call('POST', '/api/v1/me/consents', { token, body: { version } })
    expect(await codeOf(await agree('1'))).toBe('consent_required')
    await agree('2')
    expect(await (await agree('2')).json()).toMatchObject([
      { version: '2', how: 'signed_in' },
      { version: '1', how: 'phone_code' },
    ])
    world.clock.now += 61_000
    await askForCode(world, ANNA)
    expect((await tryToLogIn(world, { ...ANNA, code: codeSentTo(world, ANNA) })).status).toBe(200)
  })

  test('earlier visits with the proven phone become the client’s, and their bonuses follow', async () => {
    const world = startWorld()
    const visitOf = await completedVisit(world)
    expect(await row('select user_id, client_match from bookings')).toEqual({ user_id: null, client_match: 'none' })
    const { user_id: userId } = await logIn(world, { phone: visitOf })
    await world.drain()
    expect(await row('select user_id, client_match from bookings')).toEqual({ user_id: userId, client_match: 'phone' })
    expect(await row('select points from bonus_entries where user_id = ?', userId)).toEqual({ points: 154 })
  })

  test('a visit that names two clients stays in the inbox', async () => {
    const world = startWorld()
    const phone = await completedVisit(world)
    await addUser({ phone: `+1${phone.slice(-10)}` })
    await logIn(world, { phone })
    await world.drain()
    expect(await row('select user_id from bookings')).toEqual({ user_id: null })
    const inbox = await world.call('GET', '/api/v1/admin/bookings?unmatched=true', { as: ADMIN })
    expect(await inbox.json()).toHaveLength(1)
  })
})

const VISITOR = '+79165550011'

/** A visit at YClients that was completed before its client had an account. */
async function completedVisit(world: World): Promise<string> {
  await openSalon(world)
  const record = world.sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    startsAt: '2026-09-15 13:00',
    client: { name: 'Анна', phone: VISITOR },
  })
  world.sim.complete(record.id)
  await world.deliverWebhooks()
  await world.drain()
  return VISITOR
}
