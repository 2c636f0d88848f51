import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { DAY_MS } from '../../src/platform/time.ts'
import { eraseUser } from '../../src/users/erase-user.ts'
import {
  arrive,
  book,
  CODE,
  EMAIL,
  EVDOKIA,
  erase,
  PHONE,
  SYSTEM,
  startWithTraces,
  TRACES,
} from '../support/evdokia.ts'
import { Crash, withFaults } from '../support/faults.ts'
import { interrupted } from '../support/interrupted.ts'
import { addUser, balanceOf, row, rows } from '../support/salon.ts'
import { tracesOf } from '../support/whole-database.ts'
import { ADMIN, startWorld } from '../support/world.ts'

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
