import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { eraseUser } from '../../src/users/erase-user.ts'
import {
  addEvdokia,
  arrive,
  book,
  CODE,
  EMAIL,
  EVDOKIA,
  erase,
  PHONE,
  SYSTEM,
  startWithTraces,
  sync,
  TRACES,
} from '../support/evdokia.ts'
import { Crash, withFaults } from '../support/faults.ts'
import { interrupted } from '../support/interrupted.ts'
import { addBooking, addContact, addUser, balanceOf, openSalon, row, rows } from '../support/salon.ts'
import { logIn } from '../support/sign-in.ts'
import { tracesOf } from '../support/whole-database.ts'
import { ADMIN, CLIENT, startWorld } from '../support/world.ts'

const visit = (userId: number | null) => ({ userId, status: 'confirmed' })

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
      ]),
    )
    const sum = await balanceOf(userId)
    expect(sum.sum).toBeGreaterThan(300)
    const bookings = await rows('select id, user_id, status, price_kopecks, accrued_bonuses_points from bookings')
    const consents = await rows('select * from consents')

    const answer = await erase(world, userId)
    expect(answer.status).toBe(200)
    const { touched } = await answer.json<{ touched: Record<string, number> }>()
    expect(touched).toMatchObject({ contacts: 2, bookings: 1, others_bookings: 2, sessions: 1, audit_entries: 1 })
    expect(touched).toMatchObject({ parked_work: 2, one_time_codes: 2, bonus_reasons: 1 })

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
    const parked = await rows<{ id: number }>(
      'select id, key, message, reason, closed_at from parked_work order by key',
    )
    const given = { message: '{}', reason: 'erased', closed_at: world.clock.now }
    expect(parked).toMatchObject([
      { key: 'message:m1', ...given },
      { key: expect.stringMatching(/^unreadable:/), ...given },
      { key: 'webhook:parked-event', closed_at: null },
    ])
    const replay = (id = 0) => world.call('POST', `/api/v1/admin/parked/${id}/replay`, { as: ADMIN })
    expect((await replay(parked[0]?.id)).status).toBe(409)
    expect((await replay(parked[2]?.id)).status).toBe(202)
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
        others_bookings: 0,
        parked_work: 0,
        audit_entries: 0,
        sessions: 0,
        one_time_codes: 0,
        bonus_reasons: 0,
      },
    })
  })

  test('reaches what stands on her card in YClients under a phone that she never proved', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const first = book(world)
    await arrive(world)
    world.sim.changeClient(world.sim.state.records.get(first.id)?.clientId ?? 0, { phone: '79037654321' })
    await arrive(world)
    book(world, { phone: '+79037654321' })
    await arrive(world)
    expect(await rows('select user_id, phone from bookings order by id')).toEqual([
      { user_id: userId, phone: '+79037654321' },
      { user_id: null, phone: '+79037654321' },
    ])
    expect(await (await erase(world, userId)).json()).toMatchObject({ touched: { bookings: 2 } })
    expect(await rows('select phone from bookings')).toEqual([{ phone: null }, { phone: null }])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('leaves a card alone under which somebody else has visits, too', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const boris = await addUser({ name: 'Борис', code: 'BKM00002' })
    const [hers, his, nobodys] = [
      await addBooking(visit(userId)),
      await addBooking(visit(boris)),
      await addBooking(visit(null)),
    ]
    await rows("update bookings set yclients_client_id = 5, client_name = 'Семья'")
    await erase(world, userId)
    expect(await rows('select id, client_name from bookings order by id')).toEqual([
      { id: hers, client_name: null },
      { id: his, client_name: 'Семья' },
      { id: nobodys, client_name: 'Семья' },
    ])
  })

  test("reaches what names her by a phone that she had taken away, unless it is somebody else's by now", async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    await addContact(userId, 'phone', '+79037654321')
    await addContact(userId, 'phone', '+79031111111')
    for (const { id } of await rows<{ id: number }>("select id from user_contacts where kind = 'phone'")) {
      expect((await world.call('DELETE', `/api/v1/me/contacts/${id}`, { as: CLIENT(userId) })).status).toBe(200)
    }
    const heir = await addUser({ name: 'Вера', phone: '+79037654321' })
    book(world)
    await arrive(world)
    book(world, { name: 'Вера', phone: '+79037654321' })
    await arrive(world)
    expect(await tracesOf(TRACES)).toContain('former_contacts.key: phone')
    await erase(world, userId)
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await rows('select user_id, phone from bookings order by id')).toEqual([
      { user_id: null, phone: null },
      { user_id: heir, phone: '+79037654321' },
    ])
    expect(await rows('select * from former_contacts')).toEqual([])
  })

  test.each([
    ['phone_last10', '9031234567'],
    ['email', EMAIL],
    ['client_code', CODE],
  ])('takes her out of a visit that names her by %s and was given to another by hand', async (column, value) => {
    const world = startWorld()
    const userId = await addEvdokia()
    const boris = await addUser({ name: 'Борис' })
    await addBooking(visit(boris))
    await rows(`update bookings set client_match = 'manual', client_name = 'Евдокия', ${column} = ?`, value)
    await erase(world, userId)
    expect(await rows('select user_id, client_match from bookings')).toEqual([
      { user_id: boris, client_match: 'manual' },
    ])
    expect(await tracesOf(TRACES)).toEqual([])
  })

  test('takes a visit for hers that has her phone where its client is named', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    book(world, { name: 'Евдокия Примерова 8 903 123 45 67', phone: '+79039999999' })
    await arrive(world)
    expect(await (await erase(world, userId)).json()).toMatchObject({ touched: { bookings: 1 } })
    expect(await rows('select client_name, phone from bookings')).toEqual([{ client_name: null, phone: null }])
  })

  test('takes only the comment from the visit of another that names her there, and no sync brings it back', async () => {
    const world = startWorld()
    await openSalon(world)
    const userId = await addEvdokia()
    const call = 'Код клиента: BKM00002. Если не придёт, звонить жене 8-903-123-45-67'
    const his = book(world, { name: 'Борис', phone: '+79030000002', comment: call })
    await arrive(world)
    expect(await (await erase(world, userId)).json()).toMatchObject({ touched: { bookings: 0, others_bookings: 1 } })
    world.clock.now += HOUR_MS
    world.sim.complete(his.id)
    world.sim.changeRecord(his.id, { comment: `${call}!` })
    await arrive(world)
    await sync(world)
    expect(await tracesOf(TRACES)).toEqual([])
    const left = { client_name: 'Борис', phone: '+79030000002', client_code: 'BKM00002', erased_at: null }
    expect(await rows('select client_name, phone, client_code, erased_at from bookings')).toEqual([left])
    const shown = await world.call('GET', '/api/v1/admin/bookings', { as: ADMIN })
    expect(await shown.json()).toMatchObject([{ client_name: 'Борис', comment: null }])
    const boris = await logIn(world, { phone: '+79030000002' })
    expect(await rows('select user_id from bookings')).toEqual([{ user_id: boris.user_id }])
  })

  test('takes only the notes that name her from the visit of another that was booked here', async () => {
    const world = startWorld()
    const userId = await addEvdokia()
    const boris = await addUser({ name: 'Борис' })
    for (const notes of [`для ${EMAIL}`, 'просит тишину']) {
      const id = await addBooking(visit(boris))
      const internal = "source = 'internal', yclients_company_id = null, yclients_record_id = null"
      await rows(`update bookings set ${internal}, client_name = 'Борис', notes = ? where id = ?`, notes, id)
    }
    await erase(world, userId)
    expect(await rows('select client_name, notes from bookings order by id')).toEqual([
      { client_name: 'Борис', notes: '' },
      { client_name: 'Борис', notes: 'просит тишину' },
    ])
  })

  test('does not take the address of another for hers that ends or begins like it, or differs by dots', async () => {
    const world = startWorld()
    await openSalon(world)
    for (const email of ['na@mail.ru', 'a@m.ail.ru', 'anna@mail.r']) await addUser({ email })
    book(world, { name: 'Анна', phone: '+79035550001', email: 'anna@mail.ru', comment: 'чек слать на anna@mail.ru' })
    await arrive(world)
    const mail = { kind: 'send-message', id: 'm1', channel: 'email', to: 'anna@mail.ru', subject: '', text: 'Ждём' }
    await world.consume('dead', [{ ...mail, expiresAt: null }])
    const before = [await rows('select * from bookings'), await rows('select * from parked_work')]
    for (const userId of [1, 2, 3]) expect((await erase(world, userId)).status).toBe(200)
    expect([await rows('select * from bookings'), await rows('select * from parked_work')]).toEqual(before)
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
    const late = async () => {
      await rows('update users set unique_code = ? where id = ?', CODE, userId)
      await rows(
        "insert into user_contacts (user_id, kind, value, verified_at) values (?, 'email', ?, 0)",
        userId,
        EMAIL,
      )
    }
    const erased = await eraseUser(interrupted(world.ctx, 2, late), userId, SYSTEM)
    expect(erased).toMatchObject({ ok: true, value: { touched: { contacts: 2 } } })
    expect(await tracesOf(TRACES)).toEqual([])
    expect(await rows('select * from retired_codes')).toHaveLength(1)
    expect(await rows('select * from erased_contacts')).toHaveLength(3)
  })
})
