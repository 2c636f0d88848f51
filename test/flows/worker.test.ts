import { createExecutionContext, createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import worker from '../../src/worker.ts'
import { addUser, rows } from '../support/salon.ts'
import { WEBHOOK } from '../support/world.ts'

const RECORD = {
  id: 5,
  company_id: 235564,
  services: [{ id: 1, title: 'Массаж', cost: 1000 }],
  client: { id: 9, phone: '+79000000001' },
  date: '2026-09-16 12:00:00',
  seance_length: 3600,
  attendance: 1,
  deleted: false,
  last_change_date: '2026-09-15T12:00:00+0300',
}

test('the whole Worker with its real queue and objects: a webhook in, bonuses on the client’s balance', async () => {
  const userId = await addUser({ phone: '+79000000001' })
  const event = { company_id: 235564, resource: 'record', resource_id: 5, status: 'update', data: RECORD }
  const answer = await worker.fetch(
    new Request(`http://spa.test${WEBHOOK}`, { method: 'POST', body: JSON.stringify(event) }),
    env,
    createExecutionContext(),
  )
  expect(answer.status).toBe(202)
  await vi.waitFor(
    async () => {
      expect(await rows('select bonus_balance_points as points from users where id = ?', userId)).toEqual([
        { points: 30 },
      ])
    },
    { timeout: 20_000, interval: 100 },
  )
  expect(await rows('select verdict from webhook_events')).toEqual([{ verdict: 'created' }])
})

test('the cron starts a run, and one that cannot reach YClients shows as failing', async () => {
  await worker.scheduled(createScheduledController(), env)
  await vi.waitFor(
    async () => {
      expect(await rows('select status, error from sync_runs')).toEqual([
        { status: 'failing', error: 'yclients_unavailable_599' },
      ])
    },
    { timeout: 20_000, interval: 100 },
  )
  // Closed, so that its message does not come back in a later test.
  await env.DB.exec("update sync_runs set status = 'failed', finished_at = 0")
})
