import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import type { WebhookMessage } from '../../src/messages.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { ensureClientCode } from '../../src/users/ensure-client-code.ts'
import { eraseUser } from '../../src/users/erase-user.ts'
import { handleWebhooks } from '../../src/yclients/handle-webhooks.ts'
import { startSync } from '../../src/yclients/start-sync.ts'
import { Crash, withFaults } from '../support/faults.ts'
import { addBooking, addUser, balanceOf, giveBonuses, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { codeSentTo, logIn, tryToLogIn } from '../support/sign-in.ts'
import { tracesOf } from '../support/whole-database.ts'
import { ADMIN, CLIENT, DESK, MANAGER, startWorld, WEBHOOK, type World } from '../support/world.ts'

const PHONE = '+79031234567'
const EMAIL = 'evdokia.p@example.com'
const CODE = 'XTP12345'
const EVDOKIA = { name: 'Евдокия', surname: 'Примерова' }
const TRACES = { words: ['Евдоки', EVDOKIA.surname, EMAIL, CODE], phone: '9031234567' }
const SYSTEM = { actor: 'system', role: null, requestId: null }

const addEvdokia = () => addUser({ ...EVDOKIA, code: CODE, phone: PHONE, email: EMAIL })

/** A visit of hers as the desk of the salon would write it down. */
const book = ({ sim, clock }: World, more: { phone?: string; email?: string; name?: string; comment?: string } = {}) =>
  sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: {
      name: more.name ?? 'Евдокия Примерова',
      phone: more.phone ?? PHONE,
      ...(more.email && { email: more.email }),
    },
    startsAt: clock.now + DAY_MS,
    comment: more.comment ?? '',
  })

async function arrive(world: World) {
  await world.deliverWebhooks()
  await world.drain()
}

async function sync(world: World) {
  await startSync(world.ctx, { trigger: 'manual', mode: 'full' })
  await world.drain()
  world.clock.now += HOUR_MS
}

/** The newest webhook about a record, as the queue has it, with other words in it. */
function message(world: World, eventId: string, change: (body: string) => string = (body) => body): WebhookMessage {
  const [delivery] = world.sim.webhooks.take().filter(({ resource }) => resource === 'record')
  if (!delivery) throw new Error('no webhook')
  return { kind: 'webhook', eventId, receivedAt: world.clock.now, raw: change(delivery.body) }
}

const escaped = (text: string) =>
  text.replace(/[^\0-\x7F]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

const erase = (world: World, userId: number) => world.call('DELETE', `/api/v1/admin/users/${userId}`, { as: ADMIN })

/** Evdokia with something of her in every table that can hold it. */
async function startWithTraces() {
  const world = startWorld()
  await openSalon(world)
  const userId = await addEvdokia()
  const boris = await addUser({ name: 'Борис', phone: '+79030000002' })
  await logIn(world, { phone: PHONE }, { device: 'Телефон Евдокии' })
  world.clock.now += 2 * 60_000
  await world.call('POST', '/api/v1/auth/code', { body: { email: EMAIL } })

  const visit = book(world, { phone: '8 (903) 123-45-67', email: EMAIL.toUpperCase(), comment: `Код клиента: ${CODE}` })
  await arrive(world)
  world.clock.now += 2 * DAY_MS
  world.sim.complete(visit.id)
  await arrive(world)
  book(world, { name: 'Борис', phone: '+79030000002', comment: 'если не придёт, звонить 8-903-123-45-67' })
  await arrive(world)
  // A visit that names nobody we know, but her in its text.
  book(world, { name: 'Гость', phone: '+79039999999', comment: `подарок для ${EMAIL.toUpperCase()}` })
  await arrive(world)
  world.sim.webhooks.clear()

  world.sim.setCost(visit.id, 5000)
  await world.consume('dead', [message(world, 'parked-event', escaped)])
  world.sim.setCost(visit.id, 5147.5)
  const deferred = message(world, 'deferred-event', escaped)
  await env.DB.prepare("insert into webhook_events (id, received_at, body, verdict) values (?, ?, ?, 'deferred')")
    .bind(deferred.eventId, deferred.receivedAt, deferred.raw)
    .run()
  const mail = {
    kind: 'send-message',
    id: 'm1',
    channel: 'email',
    to: EMAIL,
    subject: '',
    text: 'Ждём вас',
    expiresAt: null,
  }
  await world.consume('dead', [mail])
  await env.DB.prepare(
    "insert into audit_log (at, actor, action, entity, entity_id, details) values (0, 'admin:1', 'x', 'user', '1', ?)",
  )
    .bind(JSON.stringify({ after: { phone: '+7 903 123-45-67' } }))
    .run()
  await world.call('POST', '/api/v1/admin/bonuses/adjust', {
    as: MANAGER,
    headers: { 'idempotency-key': 'a1' },
    body: { code: CODE, amount: 300, reason: 'Извинение: Евдокия Примерова ждала' },
  })
  return { world, userId, boris, visit }
}

describe('erasing a client', () => {
  test('leaves nothing personal in any column of any table, and the ledger as it was', async () => {
    const { world, userId } = await startWithTraces()
    expect(await tracesOf(TRACES)).toEqual(
      expect.arrayContaining([
        'audit_log.details: phone',
        'bonus_entries.reason: Евдоки',
        `bookings.client_code: ${CODE}`,
        'bookings.client_name: Примерова',
        `bookings.comment: ${CODE}`,
        `bookings.comment: ${EMAIL}`,
        'bookings.comment: phone',
        `bookings.email: ${EMAIL}`,
        `bookings.notes: ${CODE}`,
        'bookings.phone: phone',
        'bookings.phone_last10: phone',
        `parked_work.message: ${EMAIL}`,
        'parked_work.message: Примерова',
        'parked_work.message: phone',
        `user_contacts.value: ${EMAIL}`,
        'user_contacts.value: phone',
        'sessions.device: Евдоки',
        'users.name: Евдоки',
        'users.search_name: Примерова',
        `users.unique_code: ${CODE}`,
        'webhook_events.body: Примерова',
        'webhook_events.body: phone',
      ]),
    )
    const sum = await balanceOf(userId)
    expect(sum.sum).toBeGreaterThan(300)
    const bookings = await rows('select id, user_id, status, price_kopecks, accrued_bonuses_points from bookings')
    const consents = await rows('select * from consents')

    const answer = await erase(world, userId)
    expect(answer.status).toBe(200)
    const { touched } = await answer.json<{ touched: Record<string, number> }>()
    expect(touched).toMatchObject({ contacts: 2, bookings: 3, sessions: 1, audit_entries: 1, bonus_reasons: 1 })
    expect(touched).toMatchObject({ parked_work: 2, one_time_codes: 2 })
    expect(touched.webhook_events).toBeGreaterThanOrEqual(5)

    expect(await tracesOf(TRACES)).toEqual([])
    expect(await balanceOf(userId)).toEqual(sum)
    expect(await rows('select id, user_id, status, price_kopecks, accrued_bonuses_points from bookings')).toEqual(
      bookings,
    )
    expect(consents).toHaveLength(1)
    expect(await rows('select * from consents')).toEqual(consents)
    expect(await rows("select actor, role, details from audit_log where action = 'user.erase'")).toEqual([
      {
        actor: 'admin:1',
        role: 'owner',
        details: JSON.stringify({
          before: { erased: false, code: true, contacts: 2 },
          after: { erased: true, code: false, contacts: 0 },
        }),
      },
    ])
    expect(JSON.stringify(world.logged)).not.toMatch(/Евдоки|Примеров|9031234567|evdokia|XTP12345/i)
  })

  test('gives up what waited with her in it, and neither the cron nor a replay stumbles over it', async () => {
    const { world, userId } = await startWithTraces()
    await erase(world, userId)
    expect(await row("select verdict, body, error from webhook_events where id = 'deferred-event'")).toEqual({
      verdict: 'ignored',
      body: null,
      error: 'the client was erased',
    })
    const parked = await rows<{ id: number }>(
      'select id, key, message, reason, closed_at from parked_work order by key',
    )
    expect(parked).toMatchObject(
      ['message:m1', 'webhook:parked-event'].map((key) => ({
        key,
        message: '{}',
        reason: 'erased',
        closed_at: world.clock.now,
      })),
    )
    const replayed = await world.call('POST', `/api/v1/admin/parked/${parked[0]?.id}/replay`, { as: ADMIN })
    expect(replayed.status).toBe(409)
    await handleScheduled(world.ctx)
    await world.drain()
    expect(world.logged.filter(({ event }) => event.endsWith('failed'))).toEqual([])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('leaves alone what is of others', async () => {
    const { world, userId, boris } = await startWithTraces()
    const guest = book(world, { name: 'Гость', phone: '+79037777777', comment: 'Любит 9031 розу и 234567 свечей' })
    await arrive(world)
    await erase(world, userId)
    expect(await row('select name, erased_at from users where id = ?', boris)).toEqual({
      name: 'Борис',
      erased_at: null,
    })
    expect(await row('select phone, comment, erased_at from bookings where yclients_record_id = ?', guest.id)).toEqual({
      phone: '+79037777777',
      comment: 'Любит 9031 розу и 234567 свечей',
      erased_at: null,
    })
    expect(
      await rows('select id from webhook_events where body is not null and resource_id = ?', guest.id),
    ).toHaveLength(1)
  })

  test('may be repeated: the second time touches nothing and says when it was done', async () => {
    const { world, userId } = await startWithTraces()
    const first = await (await erase(world, userId)).json<{ erased_at: string }>()
    world.clock.now += DAY_MS
    const second = await erase(world, userId)
    expect(second.status).toBe(200)
    expect(await second.json()).toEqual({
      user_id: userId,
      erased_at: first.erased_at,
      touched: {
        contacts: 0,
        bookings: 0,
        webhook_events: 0,
        parked_work: 0,
        audit_entries: 0,
        sessions: 0,
        one_time_codes: 0,
        bonus_reasons: 0,
      },
    })
  })

  test('is done whole or not at all, whenever the process dies, and goes through the next time', async () => {
    const { world, userId } = await startWithTraces()
    const before = await tracesOf(TRACES)
    let crashes = 0
    // Dies before or after each of the two steps in turn: reading, writing.
    for (const moments of [[0], [0.9, 0], [0.9, 0.9, 0]]) {
      const faults = { rate: 1 }
      const random = () => moments.shift() ?? 0
      await expect(eraseUser(withFaults(world.ctx, faults, random), userId, SYSTEM)).rejects.toThrow(Crash)
      crashes++
      expect(await tracesOf(TRACES)).toEqual(before)
    }
    const moments = [0.9, 0.9, 0.9, 0.4]
    const shaky = withFaults(world.ctx, { rate: 1 }, () => moments.shift() ?? 0)
    await expect(eraseUser(shaky, userId, SYSTEM)).rejects.toThrow('after the work')
    expect(crashes).toBe(3)
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await eraseUser(world.ctx, userId, SYSTEM)).toMatchObject({ ok: true })
  })

  test('is refused for a client who never was', async () => {
    const world = startWorld()
    expect((await erase(world, 4711)).status).toBe(404)
    expect(await rows('select * from audit_log')).toEqual([])
  })

  test('takes in a contact and a code that come while it is read', async () => {
    const world = startWorld()
    const userId = await addUser({ ...EVDOKIA, phone: PHONE })
    let reads = 0
    const batch: typeof world.ctx.db.batch = async (statements) => {
      const results = await world.ctx.db.batch(statements)
      if (++reads === 1) {
        await rows('update users set unique_code = ? where id = ?', CODE, userId)
        await rows(
          "insert into user_contacts (user_id, kind, value, verified_at) values (?, 'email', ?, 0)",
          userId,
          EMAIL,
        )
      }
      return results
    }
    const erased = await eraseUser({ ...world.ctx, db: { ...world.ctx.db, batch } }, userId, SYSTEM)
    expect(erased).toMatchObject({ ok: true, value: { touched: { contacts: 2 } } })
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await rows('select * from retired_codes')).toHaveLength(1)
    expect(await rows('select * from erased_contacts')).toHaveLength(3)
  })
})

describe('after an erasure', () => {
  test('YClients brings nobody back, and a price that changes there is still settled', async () => {
    const { world, userId, visit } = await startWithTraces()
    await erase(world, userId)
    const { sum } = await balanceOf(userId)

    world.sim.setCost(visit.id, 10_000)
    world.sim.changeRecord(visit.id, { comment: `Код клиента: ${CODE}, любит чай` })
    await arrive(world)
    await sync(world)
    await world.drain()
    expect(await tracesOf(TRACES)).toEqual([])
    expect(
      await row('select user_id, status, price_kopecks from bookings where yclients_record_id = ?', visit.id),
    ).toEqual({ user_id: userId, status: 'completed', price_kopecks: 1_000_000 })
    const after = await balanceOf(userId)
    expect(after.sum).toBe(sum - 154 + 300)
    expect(after.balance).toBe(after.sum)
    expect(await rows('select id from webhook_events where resource_id = ? and body is not null', visit.id)).toEqual([])
  })

  test('a change of her card in YClients is not kept', async () => {
    const { world, userId, visit } = await startWithTraces()
    await erase(world, userId)
    world.sim.webhooks.clear()
    const clientId = world.sim.state.records.get(visit.id)?.clientId
    const body = {
      company_id: 235564,
      resource: 'client',
      resource_id: clientId,
      status: 'update',
      data: { id: clientId, name: 'Евдокия', surname: 'Примерова', phone: PHONE, email: EMAIL },
    }
    expect((await world.call('POST', WEBHOOK, { body })).status).toBe(202)
    await world.drain()
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('a visit that was on its way meanwhile is stored without her, and belongs to nobody', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const byPhone = book(world)
    const byCode = book(world, { name: 'Подруга', phone: '+79038888888', comment: `Код клиента: ${CODE}` })
    await world.deliverWebhooks()
    world.clock.now += 1000
    await erase(world, userId)
    await world.drain()
    expect(await tracesOf(TRACES)).toEqual([])
    const bookings = await rows(
      'select yclients_record_id as record, user_id, client_match, phone from bookings order by 1',
    )
    expect(bookings).toEqual(
      [byPhone.id, byCode.id].map((record) => ({ record, user_id: null, client_match: 'no_contact', phone: null })),
    )
    const inbox = await world.call('GET', '/api/v1/admin/bookings?unmatched=true', { as: ADMIN })
    expect(await inbox.json()).toEqual([])
  })

  test('a visit being applied at that very moment does not come back as hers', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    book(world)
    const onItsWay = message(world, 'e1')
    let erased = false
    const batch: typeof world.ctx.db.batch = async (statements) => {
      const results = await world.ctx.db.batch(statements)
      if (!erased) {
        erased = true
        world.clock.now += 1000
        await eraseUser(world.ctx, userId, SYSTEM)
      }
      return results
    }
    await handleWebhooks({ ...world.ctx, db: { ...world.ctx.db, batch } }, [{ message: onItsWay, attempts: 1 }])
    expect(erased).toBe(true)
    expect(await rows('select user_id, client_match from bookings')).toEqual([
      { user_id: null, client_match: 'no_contact' },
    ])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('she is found by nobody: by code, phone, e-mail, name or token', async () => {
    const { world, userId } = await startWithTraces()
    await erase(world, userId)
    for (const query of [CODE, PHONE, EMAIL, EVDOKIA.name]) {
      const found = await world.call('GET', `/api/v1/admin/users?query=${encodeURIComponent(query)}`, { as: ADMIN })
      expect(await found.json()).toEqual([])
    }
    for (const path of ['/me', '/loyalty', '/me/export', `/yclients/widget-url/1`]) {
      const answer = await world.call('GET', `/api/v1${path}`, { as: CLIENT(userId) })
      expect([path, answer.status]).not.toEqual([path, 200])
    }
    const link = await world.call('POST', '/api/v1/admin/bookings/1/link', { as: MANAGER, body: { user_id: userId } })
    expect(link.status).toBe(404)
  })

  test('her phones are signed out, and a code that was sent to her is dead', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    const tokens = await logIn(world, { phone: PHONE })
    world.clock.now += 61_000
    await world.call('POST', '/api/v1/auth/code', { body: { email: EMAIL } })
    await erase(world, userId)
    const refreshed = await world.call('POST', '/api/v1/auth/refresh', {
      body: { refresh_token: tokens.refresh_token },
    })
    expect(refreshed.status).toBe(401)
    const late = await tryToLogIn(world, { email: EMAIL, code: codeSentTo(world, { email: EMAIL }), consent: '1' })
    expect(late.status).toBe(422)
    expect(await rows('select * from user_contacts')).toEqual([])
  })

  test('her code is given to nobody else', async () => {
    // The digits are drawn first. XTP12345 comes three times, then another code.
    const draws = [0.12345 + 1e-9, 9.5 / 11, 8.5 / 11, 7.5 / 11]
    const wanted = [...draws, ...draws, ...draws, 0.5, 0, 0, 0]
    const world = startWorld({ random: () => wanted.shift() ?? 0.5 })
    const first = await addUser()
    const code = (await ensureClientCode(world.ctx, first))?.uniqueCode
    expect(await eraseUser(world.ctx, first, SYSTEM)).toMatchObject({ ok: true })
    const second = await ensureClientCode(world.ctx, await addUser())
    expect(code).toBe(CODE)
    expect(second?.uniqueCode).toBe('AAA50000')
    expect(wanted).toEqual([])
    expect(await ensureClientCode(world.ctx, first)).toBeUndefined()
  })

  test('she may come back as a new client, without the old visits and with the new ones', async () => {
    const { world, userId } = await startWithTraces()
    await erase(world, userId)
    world.clock.now += HOUR_MS
    const again = await logIn(world, { phone: PHONE })
    expect(again).toMatchObject({ created: true })
    await sync(world)
    expect(await rows('select id from bookings where user_id = ?', again.user_id)).toEqual([])
    book(world)
    await arrive(world)
    expect(await rows('select client_match from bookings where user_id = ?', again.user_id)).toEqual([
      { client_match: 'phone' },
    ])
    expect(again.user_id).not.toBe(userId)
  })

  test('a reason written at that very moment is refused, with the points', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    await giveBonuses(userId, 100)
    const bookingId = await addBooking({ userId, status: 'confirmed' })
    await eraseUser(world.ctx, userId, SYSTEM)
    const change = {
      kind: 'spend' as const,
      points: -10,
      bookingId,
      reason: 'Евдокия просила',
      by: SYSTEM,
      dailyLimit: null,
      idempotencyKey: 'late',
      fingerprint: 'x',
    }
    expect(await world.ctx.ledgerOf(userId).change(change)).toEqual({ ok: false, refusal: 'user_not_found' })
    await expect(giveBonuses(userId, 5)).rejects.toThrow('USER_ERASED')
    expect(await row('select spent_bonuses_points as spent from bookings where id = ?', bookingId)).toEqual({
      spent: 0,
    })
    expect(await balanceOf(userId)).toEqual({ balance: 100, sum: 100 })
  })

  test('the database itself refuses to write her into an erased visit', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    await addBooking({ userId, status: 'completed' })
    await eraseUser(world.ctx, userId, SYSTEM)
    for (const change of [
      "client_name = 'Евдокия'",
      "notes = 'XTP12345'",
      'erased_at = null',
      'yclients_client_id = 5',
    ]) {
      await expect(rows(`update bookings set ${change}`)).rejects.toThrow('BOOKING_ERASED')
    }
    await rows('update bookings set price_kopecks = 5')
  })
})

describe('a client', () => {
  test('takes everything about him along as one file that no cache keeps', async () => {
    const { world, userId } = await startWithTraces()
    const answer = await world.call('GET', '/api/v1/me/export', {
      as: CLIENT(userId),
      headers: { 'accept-language': 'en' },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="client-${userId}.json"`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const everything = await answer.json<Record<string, unknown[]>>()
    expect(everything).toMatchObject({
      profile: { id: userId, ...EVDOKIA, unique_code: CODE },
      contacts: [
        { kind: 'phone', value: PHONE },
        { kind: 'email', value: EMAIL },
      ],
      consents: [{ document: 'personal_data', version: '1', how: 'phone_code' }],
      sessions: [{ ended_at: null }],
      bookings: [{ client_name: 'Евдокия Примерова', phone: PHONE, email: EMAIL, client_code: CODE, price: 514_750 }],
      bonus_entries: [
        { kind: 'adjustment', explanation: 'Adjusted by hand: Извинение: Евдокия Примерова ждала' },
        { kind: 'accrual' },
      ],
    })
    expect(everything.webhook_events?.length).toBeGreaterThanOrEqual(2)
    expect(everything.actions).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'bonuses.adjustment' })]),
    )
    expect(JSON.stringify(everything)).not.toContain('Борис')
  })

  test('sees what he agreed to', async () => {
    const world = startWorld()
    const { access_token, user_id } = await logIn(world, { email: EMAIL })
    const answer = await world.call('GET', '/api/v1/me/consents', { token: access_token })
    expect(await answer.json()).toEqual([
      { document: 'personal_data', version: '1', given_at: '2026-09-15T12:00:00+03:00', how: 'email_code' },
    ])
    expect(await rows('select user_id from consents')).toEqual([{ user_id }])
  })

  test('erases himself, may repeat it while his token lasts, and is no longer known', async () => {
    const world = startWorld()
    const { access_token, user_id } = await logIn(world, { phone: PHONE }, EVDOKIA)
    for (const contacts of [1, 0]) {
      const answer = await world.call('DELETE', '/api/v1/me', { token: access_token })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ user_id, touched: { contacts } })
    }
    expect((await world.call('GET', '/api/v1/me', { token: access_token })).status).toBe(401)
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await rows("select actor from audit_log where action = 'user.erase'")).toEqual([
      { actor: `client:${user_id}` },
      { actor: `client:${user_id}` },
    ])
  })

  test('is exported and erased by owners only, and an export is written down', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    for (const as of [DESK, MANAGER, CLIENT(userId)]) {
      expect((await world.call('GET', `/api/v1/admin/users/${userId}/export`, { as })).status).toBe(403)
      expect((await world.call('DELETE', `/api/v1/admin/users/${userId}`, { as })).status).toBe(403)
    }
    expect((await world.call('GET', `/api/v1/admin/users/${userId}/export`, { as: ADMIN })).status).toBe(200)
    expect((await world.call('GET', '/api/v1/admin/users/4711/export', { as: ADMIN })).status).toBe(404)
    expect(await rows('select actor, action, entity_id from audit_log')).toEqual([
      { actor: 'admin:1', action: 'user.export', entity_id: String(userId) },
    ])
    expect(await row('select name from users')).toEqual({ name: 'Евдокия' })
  })

  test('may not make us read everything in a loop', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    const statuses = []
    for (let call = 0; call < 11; call++) {
      statuses.push((await world.call('GET', '/api/v1/me/export', { as: CLIENT(userId) })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429])
  })
})
