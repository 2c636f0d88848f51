/// <reference types="vite/client" />
import { describe, expect, test } from 'vitest'
import { translateRecord } from '../../src/yclients/translate.ts'
import { addUser, row, rows } from '../support/salon.ts'
import { startWorld, WEBHOOK, type World } from '../support/world.ts'

/** Bodies seen on the wire or in the vendor's reference; people and numbers in them are fictional. */
const samples = import.meta.glob<unknown>('../fixtures/yclients/*.json', { eager: true, import: 'default' })

function sample(name: string): unknown {
  const body = samples[`../fixtures/yclients/${name}.json`]
  if (body === undefined) throw new Error(`no sample ${name}`)
  return body
}
const names = Object.keys(samples).map((path) => path.replace('../fixtures/yclients/', '').replace('.json', ''))
const webhooks = names.filter((name) => name.startsWith('webhook-'))

async function deliver(world: World, body: unknown) {
  const answer = await world.call('POST', WEBHOOK, { body })
  expect(answer.status).toBe(202)
  await world.drain()
}

const lastEvent = () =>
  row<{ verdict: string; error: string | null }>('select verdict, error from webhook_events order by rowid desc')

test('there are samples to go through', () => {
  expect(webhooks.length).toBeGreaterThan(15)
})

describe.each(webhooks)('%s', (name) => {
  test('is accepted and processed without an error', async () => {
    const world = startWorld()
    await deliver(world, sample(name))
    expect(world.logged.filter((line) => line.level === 'error')).toEqual([])
    expect(await rows('select * from parked_work')).toEqual([])
  })
})

describe('a complete record', () => {
  test('paid and attended (2025) becomes a completed booking of the client with that phone', async () => {
    const world = startWorld()
    const userId = await addUser({ phone: '+77000000001' })
    await deliver(world, sample('webhook-record-update-paid-2025-altegio'))
    expect(await row('select * from bookings')).toMatchObject({
      user_id: userId,
      client_match: 'phone',
      status: 'completed',
      yclients_company_id: 438616,
      yclients_record_id: 617013608,
      yclients_visit_id: 686422144,
      service_name: 'Стрижка детская (от 3х лет до 13 лет)',
      price_kopecks: 400_000,
      duration_minutes: 25,
      notes: 'YClients. ID: 617013608.',
    })
    expect(await row('select bonus_balance_points as points from users')).toEqual({ points: 120 })
  })

  test('of 2019, with fewer keys, is read the same way', async () => {
    const world = startWorld()
    await deliver(world, sample('webhook-record-update-visited-2019'))
    expect(await row('select * from bookings')).toMatchObject({
      status: 'completed',
      client_match: 'none',
      phone: '+79000000001',
      price_kopecks: 170_000,
      duration_minutes: 120,
      starts_at: Date.parse('2019-07-21T12:00:00+03:00'),
      source_changed_at: Date.parse('2019-07-21T14:07:40+03:00'),
    })
  })

  test('with hidden contacts keeps the phone that was known', async () => {
    const world = startWorld()
    const userId = await addUser({ phone: '+77000000001' })
    await deliver(world, sample('webhook-record-update-paid-2025-altegio'))
    await deliver(world, sample('webhook-record-update-hidden-phone-constructed'))
    expect(await row('select user_id, phone from bookings')).toEqual({ user_id: userId, phone: '+77000000001' })
    expect(await lastEvent()).toMatchObject({ verdict: 'unchanged' })
  })

  test('with hidden contacts and never seen before is stored without an owner', async () => {
    const world = startWorld()
    await deliver(world, sample('webhook-record-update-hidden-phone-constructed'))
    expect(await row('select user_id, client_match, status from bookings')).toEqual({
      user_id: null,
      client_match: 'no_contact',
      status: 'completed',
    })
  })

  test('that is deleted cancels the visit and takes its bonuses back', async () => {
    const world = startWorld()
    await addUser({ phone: '+77000000001' })
    await deliver(world, sample('webhook-record-update-paid-2025-altegio'))
    await deliver(world, sample('webhook-record-delete-full-constructed'))
    expect(await row('select status, cancelled_at from bookings')).toEqual({
      status: 'cancelled',
      cancelled_at: Date.parse('2025-07-13T13:00:00+05:00'),
    })
    expect(await rows('select kind, points from bonus_entries order by id')).toEqual([
      { kind: 'accrual', points: 120 },
      { kind: 'reversal', points: -120 },
    ])
  })

  test('without client and services is a break in the journal, not a visit of nobody', async () => {
    const world = startWorld()
    await deliver(world, sample('webhook-record-create-null-client-constructed'))
    expect(await row('select client_match, price_kopecks, comment from bookings')).toEqual({
      client_match: 'technical',
      price_kopecks: 0,
      comment: 'обед',
    })
  })
})

describe('a trimmed record', () => {
  test('with date, services and version is stored as it is when the API no longer has it', async () => {
    const world = startWorld()
    await deliver(world, sample('webhook-record-update-2026-trimmed'))
    expect(await row('select * from bookings')).toMatchObject({
      status: 'pending',
      client_name: 'Анна',
      client_match: 'no_contact',
      starts_at: Date.parse('2026-09-16T19:30:00+05:00'),
      duration_minutes: 75,
      price_kopecks: 349_000,
    })
  })

  test('without date and version changes nothing when the API no longer has it', async () => {
    const world = startWorld()
    await deliver(world, sample('webhook-record-update-visited-2026-trimmed'))
    expect(await rows('select id from bookings')).toEqual([])
    expect(await lastEvent()).toEqual({ verdict: 'ignored', error: 'YClients has no such record' })
  })

  test('deletion of a record never seen is recorded and changes nothing', async () => {
    const world = startWorld()
    await deliver(world, sample('webhook-record-delete-2026-trimmed'))
    expect(await rows('select id from bookings')).toEqual([])
    expect(await lastEvent()).toMatchObject({ verdict: 'ignored' })
  })
})

test('an event wrapped in an array by a tool in front of us is unwrapped', async () => {
  const world = startWorld()
  await deliver(world, sample('webhook-record-array-wrapped-synthetic'))
  expect(await row('select resource, status from webhook_events')).toEqual({
    resource: 'record',
    status: 'visit_confirmed',
  })
})

test.each(webhooks.filter((name) => !name.includes('record') && !name.includes('client')))(
  '%s is recorded, not processed, and nothing but its number and times is kept of its body',
  async (name) => {
    const world = startWorld()
    await deliver(world, sample(name))
    const { verdict, body } = await row<{ verdict: string; body: string }>('select verdict, body from webhook_events')
    expect(verdict).toBe('ignored')
    const kept = ['id', 'company_id', 'active', 'date', 'create_date', 'last_change_date', '…']
    expect(Object.keys(JSON.parse(body)).filter((key) => !kept.includes(key))).toEqual([])
  },
)

test.each(names.filter((name) => name.startsWith('record') || name.startsWith('user-records')))(
  '%s: every record of the answer can be read',
  (name) => {
    const { data } = sample(name) as { data: unknown }
    const records = Array.isArray(data) ? data : [data]
    expect(records.length).toBeGreaterThan(0)
    for (const record of records) {
      const seen = { companyId: 1, origin: 'api' as const, observedAt: Date.UTC(2026, 0, 1), zone: 'Europe/Moscow' }
      expect(translateRecord(record, seen)).toHaveProperty('change.fields.startsAt')
    }
  },
)
