import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { startOffice, statuses, times } from '../support/office.ts'
import { addBooking, addUser, openSalon, row, rows } from '../support/salon.ts'
import { ADMIN, DESK, MANAGER, type World } from '../support/world.ts'

describe('the audit log', () => {
  const read = async (world: World, query = '') => {
    const answer = await world.call('GET', `/api/v1/admin/audit${query}`, { as: ADMIN })
    const entries = await answer.json<Record<string, unknown>[]>()
    return { entries, next: /<(.+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] }
  }

  test('shows the newest first, page by page, and of one entity or one person only if asked', async () => {
    const world = startOffice()
    const userId = await addUser({ code: 'ABC12345' })
    const bookingId = await addBooking({ userId: null, status: 'pending' })
    const headers = (n: number) => ({ headers: { 'idempotency-key': `k${n}` } })
    for (let n = 0; n < 3; n++) {
      const body = { code: 'ABC12345', amount: 10 + n, reason: 'подарок Анне' }
      await world.call('POST', '/api/v1/admin/bonuses/adjust', { as: MANAGER, body, ...headers(n) })
    }
    const linked = await world.call('POST', `/api/v1/admin/bookings/${bookingId}/link`, {
      as: ADMIN,
      body: { user_id: userId },
    })
    const first = await read(world, '?limit=3')
    expect(first.entries.map(({ action }) => action)).toEqual([
      'booking.link',
      'bonuses.adjustment',
      'bonuses.adjustment',
    ])
    expect(first.entries[0]).toEqual({
      id: expect.any(Number),
      at: '2026-09-15T12:00:00+03:00',
      actor: 'admin:1',
      role: 'owner',
      action: 'booking.link',
      entity: 'booking',
      entity_id: String(bookingId),
      details: {
        before: { user_id: null, client_match: 'none' },
        after: { user_id: userId, client_match: 'manual' },
      },
      request_id: linked.headers.get('x-request-id'),
    })
    const { pathname, search } = new URL(first.next ?? '', 'http://spa.test')
    expect(pathname).toBe('/api/v1/admin/audit')
    expect((await read(world, search)).entries.map(({ details }) => details)).toMatchObject([{ after: { points: 10 } }])
    expect((await read(world, '?actor=admin:2')).entries).toHaveLength(3)
    expect((await read(world, '?actor=admin:4711')).entries).toEqual([])
    expect((await read(world, '?entity=booking')).entries).toHaveLength(1)
    expect((await read(world, `?entity=user&entity_id=${userId}&actor=admin:2`)).entries).toHaveLength(3)
    expect((await read(world, `?entity=user&entity_id=${userId + 1}`)).entries).toEqual([])
    expect(JSON.stringify((await read(world)).entries)).not.toContain('Анне')
    expect((await world.call('GET', '/api/v1/admin/audit?entity_id=1', { as: ADMIN })).status).toBe(422)
  })

  test('tells who started a sync, once for each that began, and says nothing of the cron', async () => {
    const world = startOffice({}, {})
    await openSalon(world)
    const answers = await times(3, () =>
      world.call('POST', '/api/v1/yclients/sync-bookings', { as: MANAGER, headers: { prefer: 'wait=0' } }),
    )
    expect(statuses(answers)).toEqual([202, 202, 202])
    expect(await rows('select actor, role, action, entity_id, details from audit_log')).toEqual([
      { actor: 'admin:2', role: 'manager', action: 'sync.start', entity_id: '1', details: '{"after":{"mode":"full"}}' },
    ])
    await world.drain()
    world.clock.now += HOUR_MS
    await handleScheduled(world.ctx)
    expect(await row('select count(*) as runs from sync_runs')).toEqual({ runs: 2 })
    expect(await row("select count(*) as told from audit_log where action = 'sync.start'")).toEqual({ told: 1 })
  })

  test('does not tell of work dismissed that never was', async () => {
    const world = startOffice()
    expect((await world.call('POST', '/api/v1/admin/parked/4711/dismiss', { as: MANAGER })).status).toBe(404)
    expect(await rows('select * from audit_log')).toEqual([])
  })

  test('is for owners', async () => {
    const world = startOffice()
    for (const as of [DESK, MANAGER]) expect((await world.call('GET', '/api/v1/admin/audit', { as })).status).toBe(403)
  })
})
