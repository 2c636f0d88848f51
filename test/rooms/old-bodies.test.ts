import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { rows } from '../support/salon.ts'

const EVENT = { company_id: 1, resource: 'record', resource_id: 2, status: 'create', data: null }
const FULL = { ...EVENT, data: { client: { phone: '+79031234567' } } }
const addEvent = (id: string, verdict: string, body: unknown) =>
  rows('insert into webhook_events (id, received_at, verdict, body) values (?, 0, ?, ?)', id, verdict, body)
const park = (key: string, message: unknown) =>
  rows("insert into parked_work (key, message, reason, parked_at) values (?, ?, '', 0)", key, JSON.stringify(message))

test('what an earlier version had kept of webhooks is cut down to what they are about', async () => {
  await addEvent('done', 'created', JSON.stringify(FULL))
  await addEvent('one', 'deferred', JSON.stringify(FULL))
  await addEvent('two', 'deferred', JSON.stringify([FULL, FULL]))
  await addEvent('unreadable', 'deferred', 'x')
  const webhook = { kind: 'webhook', eventId: 'e', receivedAt: 0 }
  await park('one', { ...webhook, raw: JSON.stringify(FULL) })
  await park('unreadable', { ...webhook, raw: 'x' })
  await park('settle', { kind: 'settle', userId: 1 })

  const migration = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith('0004_'))
  for (const query of migration?.queries ?? []) if (/^(--.*\n)*update /i.test(query.trim())) await rows(query)

  expect(await rows('select id, body from webhook_events order by rowid')).toEqual([
    { id: 'done', body: null },
    { id: 'one', body: JSON.stringify([EVENT]) },
    { id: 'two', body: JSON.stringify([EVENT, EVENT]) },
    { id: 'unreadable', body: 'x' },
  ])
  expect(await rows('select key, message from parked_work order by id')).toEqual([
    { key: 'one', message: JSON.stringify({ ...webhook, raw: JSON.stringify([EVENT]) }) },
    { key: 'unreadable', message: JSON.stringify({ ...webhook, raw: 'x' }) },
    { key: 'settle', message: JSON.stringify({ kind: 'settle', userId: 1 }) },
  ])
})
