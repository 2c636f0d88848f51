import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { enforceRetention } from '../../src/ops/retention.ts'
import { DAY_MS } from '../../src/platform/time.ts'
import { addUser, rows } from '../support/salon.ts'
import { NOON, startWorld } from '../support/world.ts'

const YEAR_MS = 365 * DAY_MS

/** A row of each kind that was over at this instant. */
async function addRowsOver(at: number): Promise<void> {
  const user = await addUser()
  const admin = 1
  const run = (query: string, ...values: unknown[]) =>
    env.DB.prepare(query)
      .bind(...values)
      .run()
  await run(
    "insert or ignore into admins (id, email, name, role, created_at, updated_at) values (1, 'o@spa.test', 'O', 'owner', 0, 0)",
  )
  await run('insert into one_time_codes values (?1, ?1, 5, 5, ?1, 0, ?2, null)', `code ${at}`, at)
  const session = `insert into sessions (user_id, family_hash, token_hash, rotated_at, created_at, expires_at, ended_at, end_reason)
    values (?, ?, 't', 0, 0, ?, ?, ?)`
  await run(session, user, `expired ${at}`, at, null, null)
  await run(session, user, `ended ${at}`, at + YEAR_MS, at, 'logout')
  const adminSession =
    "insert into admin_sessions (admin_id, token_hash, kind, created_at, expires_at, ended_at) values (?, ?, 'cookie', 0, ?, ?)"
  await run(adminSession, admin, `expired ${at}`, at, null)
  await run(adminSession, admin, `ended ${at}`, at + YEAR_MS, at)
  await run('insert into allowances values (?, 1, ?)', `allowance ${at}`, at)
  await run("insert into audit_log (at, actor, action, entity, entity_id) values (?, 'system', 'x', 'y', 'z')", at)
  await run('insert into desk_spending values (?, ?, 1, 1)', admin, new Date(at).toISOString().slice(0, 10))
  await run('insert into erased_contacts values (?, ?)', `contact ${at}`, at)
  await run("insert into webhook_events (id, received_at, verdict, body) values (?, ?, 'updated', '{}')", `e ${at}`, at)
  await run(
    "insert into parked_work (key, message, reason, parked_at, closed_at) values (?, '{}', '', 0, ?)",
    `p ${at}`,
    at,
  )
}

const TABLES = [
  'one_time_codes',
  'sessions',
  'admin_sessions',
  'allowances',
  'audit_log',
  'desk_spending',
  'erased_contacts',
  'webhook_events',
  'parked_work',
]

async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const table of TABLES) found[table] = (await rows(`select * from ${table}`)).length
  return found
}

describe('the cron forgets', () => {
  test.each([
    ['after a minute the allowances whose window is over', 60_000, { allowances: 0 }],
    ['nothing else within a week', 7 * DAY_MS - 1000, { allowances: 0 }],
    [
      'after a week the codes and sessions that are over',
      7 * DAY_MS + 1000,
      { allowances: 0, one_time_codes: 0, sessions: 0, admin_sessions: 0 },
    ],
    [
      'after thirty days what came by webhook, closed parked work and the hashes of erased contacts',
      30 * DAY_MS + 1000,
      {
        allowances: 0,
        one_time_codes: 0,
        sessions: 0,
        admin_sessions: 0,
        erased_contacts: 0,
        webhook_events: 0,
        parked_work: 0,
      },
    ],
    ['not the audit log before three years', 3 * YEAR_MS - DAY_MS, { audit_log: 1, desk_spending: 1 }],
    [
      'after three years the audit log and the daily sums of the desk',
      3 * YEAR_MS + 2 * DAY_MS,
      { audit_log: 0, desk_spending: 0 },
    ],
  ])('%s', async (_, age, expected) => {
    const world = startWorld()
    await addRowsOver(NOON)
    const before = await counts()
    expect(Object.values(before)).not.toContain(0)
    world.clock.now = NOON + age
    await handleScheduled(world.ctx)
    const after = await counts()
    const untouched = age < YEAR_MS ? before : {}
    expect(after).toMatchObject({ ...untouched, ...expected })
    await handleScheduled(world.ctx)
    expect(await counts()).toEqual(after)
  })

  test('no sessions that live, and no work that still waits for a person', async () => {
    const world = startWorld()
    const user = await addUser()
    await rows(
      "insert into sessions (user_id, family_hash, token_hash, rotated_at, created_at, expires_at) values (?, 'f', 't', 0, 0, ?)",
      user,
      NOON + 60 * DAY_MS,
    )
    await rows("insert into parked_work (key, message, reason, parked_at) values ('k', '{}', '', 0)")
    world.clock.now = NOON + 59 * DAY_MS
    await enforceRetention(world.ctx)
    expect(await rows('select id from sessions')).toHaveLength(1)
    expect(await rows('select id from parked_work')).toHaveLength(1)
  })

  test('a mountain in several runs, the oldest first', async () => {
    const world = startWorld()
    await rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 4500)
      insert into audit_log (at, actor, action, entity, entity_id) select ?1 + i, 'system', 'x', 'y', i from n`,
      NOON,
    )
    world.clock.now = NOON + 3 * YEAR_MS + DAY_MS
    const left = []
    for (let run = 0; run < 3; run++) {
      await enforceRetention(world.ctx)
      left.push((await rows('select id from audit_log')).length)
      if (run === 0) expect(await rows('select min(at) as oldest from audit_log')).toEqual([{ oldest: NOON + 2001 }])
    }
    expect(left).toEqual([2500, 500, 0])
  })

  test('the rest, when one part fails', async () => {
    const world = startWorld()
    await addRowsOver(NOON)
    world.clock.now = NOON + 8 * DAY_MS
    await rows("create trigger t before delete on one_time_codes begin select raise(abort, 'no'); end")
    await rows('update parked_work set closed_at = ?', NOON - 30 * DAY_MS)
    await enforceRetention(world.ctx)
    expect(await counts()).toMatchObject({ one_time_codes: 1, admin_sessions: 0, parked_work: 0 })
    expect(world.logged).toMatchObject([{ level: 'error', event: 'retention.failed', fields: { part: 'sign_ins' } }])
  })
})
