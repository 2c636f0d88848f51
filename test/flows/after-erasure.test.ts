import { describe, expect, test } from 'vitest'
import { linkBooking } from '../../src/booking/link-booking.ts'
import { changeBonuses } from '../../src/loyalty/change-bonuses.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { ensureClientCode } from '../../src/users/ensure-client-code.ts'
import { eraseUser } from '../../src/users/erase-user.ts'
import { handleWebhooks } from '../../src/yclients/handle-webhooks.ts'
import {
  addEvdokia,
  arrive,
  book,
  CODE,
  EMAIL,
  EVDOKIA,
  erase,
  message,
  PHONE,
  SYSTEM,
  startWithTraces,
  sync,
  TRACES,
} from '../support/evdokia.ts'
import { interrupted } from '../support/interrupted.ts'
import { addBooking, addUser, balanceOf, giveBonuses, openSalon, row, rows } from '../support/salon.ts'
import { codeSentTo, logIn, tryToLogIn } from '../support/sign-in.ts'
import { tracesOf } from '../support/whole-database.ts'
import { ADMIN, CLIENT, MANAGER, startWorld, WEBHOOK } from '../support/world.ts'

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

  test('a visit that was on its way is not hers even if she came back before it arrived, nor taken from others', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const boris = await addUser({ name: 'Борис', code: 'BKM00002' })
    const hers = book(world)
    const his = book(world, { comment: 'Код клиента: BKM00002' })
    await world.deliverWebhooks()
    world.clock.now += 1000
    await erase(world, userId)
    await logIn(world, { phone: PHONE })
    await world.drain()
    expect(await rows('select yclients_record_id as record, user_id, phone from bookings order by 1')).toEqual([
      { record: hers.id, user_id: null, phone: null },
      { record: his.id, user_id: boris, phone: null },
    ])
  })

  test('a visit being applied at that very moment does not come back as hers', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    book(world)
    const onItsWay = message(world, 'e1')
    const meanwhile = async () => {
      world.clock.now += 1000
      await eraseUser(world.ctx, userId, SYSTEM)
    }
    await handleWebhooks(interrupted(world.ctx, 2, meanwhile), [{ message: onItsWay, attempts: 1 }])
    expect(await rows('select user_id, client_match from bookings')).toEqual([
      { user_id: null, client_match: 'no_contact' },
    ])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test.each([
    ['her visit', {}, 'phone'],
    ['a visit of another that names her', { name: 'Борис', phone: '+79030000002', comment: `для ${PHONE}` }, 'phone'],
    ["nobody's visit that names her", { name: 'Гость', phone: '+79039999999', comment: `для ${PHONE}` }, 'none'],
  ])('a change of %s that was read before and is written after brings nothing back', async (_, whose, clientMatch) => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    await addUser({ name: 'Борис', phone: '+79030000002' })
    const visit = book(world, whose)
    await arrive(world)
    const [before] = await rows('select user_id from bookings')
    world.clock.now += 60_000
    world.sim.changeRecord(visit.id, { comment: `Евдокия любит чай, ${PHONE}` })
    const onItsWay = message(world, 'e2')
    const late = interrupted(world.ctx, 2, () => eraseUser(world.ctx, userId, SYSTEM))
    expect(await handleWebhooks(late, [{ message: onItsWay, attempts: 1 }])).toEqual([{ kind: 'done' }])
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await rows('select user_id, client_match from bookings')).toEqual([{ ...before, client_match: clientMatch }])
  })

  test('an event that fails before and after it, until it is parked, leaves nothing of her', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const visit = book(world)
    const lacksServices = (body: string) => body.replace('"services":', '"dienste":')
    const onItsWay = message(world, 'e3', lacksServices)
    world.sim.knobs.serverErrorPercent = 100
    expect((await world.consume('events', [onItsWay], 1)).retried).toHaveLength(1)
    world.clock.now += 1000
    await erase(world, userId)
    for (const attempts of [2, 8]) await world.consume('events', [onItsWay], attempts)
    expect(await rows('select key, closed_at from parked_work')).toEqual([{ key: 'webhook:e3', closed_at: null }])
    expect(await tracesOf(TRACES)).toEqual([])

    world.sim.knobs.serverErrorPercent = 0
    await world.call('POST', '/api/v1/admin/parked/1/replay', { as: ADMIN })
    await world.drain()
    expect(await rows('select yclients_record_id as record, user_id, client_match from bookings')).toEqual([
      { record: visit.id, user_id: null, client_match: 'no_contact' },
    ])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('a visit on her card that was on its way is stored without her, whatever phone it names', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const first = book(world)
    await arrive(world)
    const card = world.sim.state.records.get(first.id)?.clientId ?? 0
    world.sim.changeClient(card, { phone: '79037654321' })
    book(world, { phone: '+79037654321' })
    world.clock.now += 1000
    await erase(world, userId)
    await arrive(world)
    await sync(world)
    expect(await rows('select user_id, client_name, phone from bookings order by id')).toEqual([
      { user_id: userId, client_name: null, phone: null },
      { user_id: null, client_name: null, phone: null },
    ])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('no visit is given to her by a hand that looked her up before', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    const bookingId = await addBooking({ userId: null, status: 'completed' })
    const late = interrupted(world.ctx, 3, () => eraseUser(world.ctx, userId, SYSTEM))
    expect(await linkBooking(late, { bookingId, userId }, SYSTEM)).toEqual({ ok: false, refusal: 'user_not_found' })
    expect(await row('select user_id from bookings')).toEqual({ user_id: null })
    expect(await rows("select id from audit_log where action = 'booking.link'")).toEqual([])
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
    expect(await rows('select client_match, phone from bookings where user_id = ?', again.user_id)).toEqual([
      { client_match: 'phone', phone: PHONE },
    ])
    expect(again.user_id).not.toBe(userId)
  })

  test('a reason written at that very moment is refused, with the points', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    await giveBonuses(userId, 100)
    const bookingId = await addBooking({ userId, status: 'confirmed' })
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
    const late = interrupted(world.ctx, 2, () => eraseUser(world.ctx, userId, SYSTEM))
    expect(await changeBonuses(late, userId, change)).toEqual({ ok: false, refusal: 'user_not_found' })
    expect(await changeBonuses(world.ctx, userId, change)).toEqual({ ok: false, refusal: 'user_not_found' })
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
