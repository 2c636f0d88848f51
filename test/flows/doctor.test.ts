import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { checkSettings } from '../../src/ops/doctor/check-settings.ts'
import { FINDINGS, type FindingCode } from '../../src/ops/doctor/findings.ts'
import { type Config, parseConfig } from '../../src/platform/config.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { addUser, MARIA, MASSAGE, openSalon, rows } from '../support/salon.ts'
import { MANAGER, startWorld, type World } from '../support/world.ts'

interface Diagnosis {
  status: string
  checks: { group: string; code: string; status: string; text: string; remedy: string | null }[]
}

const examine = async (world: World, headers?: Record<string, string>): Promise<Diagnosis> =>
  (await world.call('GET', '/api/v1/admin/doctor', { as: MANAGER, ...(headers && { headers }) })).json()
const outside = ({ checks }: Diagnosis) => checks.filter(({ group }) => group !== 'settings')
const codes = (diagnosis: Diagnosis) =>
  outside(diagnosis).flatMap(({ group, code }) => (group === 'work' ? [] : [code]))
const bad = (diagnosis: Diagnosis) => outside(diagnosis).flatMap(({ status, code }) => (status === 'ok' ? [] : [code]))

/** A salon in which all is well: a visit with its client, a webhook that came, a cron that came, a ledger that adds up. */
async function healthy(replaced: Partial<Context> = {}, wrap = (ctx: Context) => ctx): Promise<World> {
  const world = startWorld(replaced, wrap)
  await openSalon(world)
  await addUser({ phone: '+79000000001' })
  world.sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: { name: 'Анна', phone: '+79000000001' },
    startsAt: world.clock.now - DAY_MS,
  })
  await world.deliverWebhooks()
  await handleScheduled(world.ctx)
  await world.call('POST', '/api/v1/admin/ledger/verify', { as: MANAGER })
  await world.drain()
  return world
}

const withYclients = (settings: Partial<Config['yclients']>): Partial<Context> => {
  const config = parseConfig(env)
  return { config: { ...config, yclients: { ...config.yclients, ...settings } } }
}

/** The simulator does not tell the time; here it does, so far from ours. */
const telling = (aheadMs: number) => (ctx: Context) => ({
  ...ctx,
  fetch: async (...request: Parameters<typeof fetch>) => {
    const { body, status, headers } = await ctx.fetch(...request)
    const date = new Date(ctx.now() + aheadMs).toUTCString()
    return new Response(body, { status, headers: { ...Object.fromEntries(headers), date } })
  },
})

describe('the doctor', () => {
  test('finds nothing wrong outside the settings where all is well', async () => {
    const diagnosis = await examine(await healthy())
    expect(bad(diagnosis)).toEqual([])
    expect(codes(diagnosis)).toEqual([
      'host_answers',
      'clock_unknown',
      ...Array(7).fill('call_answers'),
      'contacts_shown',
      'zone_agrees',
      'hook_registered',
      'levels_sound',
    ])
  })

  test('names every setting and tells what none of them contains', async () => {
    const answer = await (await healthy()).call('GET', '/api/v1/admin/doctor', { as: MANAGER })
    const text = await answer.text()
    for (const name of ['JWT_SECRET', 'YCLIENTS_USER_TOKEN', 'YCLIENTS_FORM_ID']) expect(text).toContain(name)
    const secrets = [env.JWT_SECRET, env.YCLIENTS_API_TOKEN, env.YCLIENTS_USER_TOKEN, env.YCLIENTS_WEBHOOK_SECRET]
    for (const secret of [...secrets, env.SMSRU_API_ID, env.UNISENDER_API_KEY]) expect(text).not.toContain(secret)
  })

  test('speaks the language that is asked for, and gives a remedy with all that is not well', async () => {
    const world = await healthy()
    world.sim.state.hooks.urls = []
    const find = ({ checks }: Diagnosis) => checks.find(({ code }) => code === 'hook_missing')
    expect(find(await examine(world))).toMatchObject({
      group: 'webhook',
      status: 'red',
      text: expect.stringContaining('не зарегистрирован'),
      remedy: 'Откройте «Вебхук YClients» и зарегистрируйте адрес',
    })
    expect(find(await examine(world, { 'accept-language': 'en' }))?.text).toContain('not registered')
    for (const [code, { status, ru, en }] of Object.entries(FINDINGS)) {
      if (status !== 'ok') expect([code, ru.length, en.length]).toEqual([code, 2, 2])
    }
  })

  test.each<[string, Record<string, unknown>, FindingCode[]]>([
    ['no right to records', { forbidden: ['/records/'] }, ['call_refused']],
    ['no right to the schedule', { forbidden: ['staff/schedule'] }, ['extra_refused']],
    ['no right to the webhook settings', { forbidden: ['hooks_settings'] }, ['extra_refused', 'hook_unreadable']],
    ['an expired licence', { licenceExpired: true }, ['call_refused', 'hook_unreadable']],
    ['answers that are no answers', { htmlPercent: 100 }, ['call_failed', 'hook_unreadable']],
    ['hidden phones', { hiddenContacts: 'everywhere' }, ['contacts_hidden']],
  ])('tells %s', async (_, knobs, expected) => {
    const world = await healthy()
    Object.assign(world.sim.knobs, knobs)
    const diagnosis = await examine(world)
    expect(bad(diagnosis)).toEqual(expect.arrayContaining(expected))
    // And nothing about what could not be seen.
    expect(bad(diagnosis)).not.toContain('zone_differs')
    expect(diagnosis.status === 'red').toBe(expected.some((code) => FINDINGS[code].status === 'red'))
  })

  test('tells that the rights hide phones before there is any visit', async () => {
    const world = startWorld()
    expect(codes(await examine(world))).toContain('contacts_shown')
    Object.assign(world.sim.knobs, { hiddenContacts: 'everywhere' })
    expect(codes(await examine(world))).toContain('contacts_hidden')
  })

  test('believes what visits show more than what the rights say', async () => {
    const world = await healthy({}, (ctx) => ({
      ...ctx,
      fetch: async (input, init) => {
        if (!String(input).includes('/user/permissions/')) return await ctx.fetch(input, init)
        return Response.json({ success: true, data: { client_phones_access: 0 }, meta: [] })
      },
    }))
    expect(codes(await examine(world))).toContain('contacts_shown')
  })

  test('tells a YClients that does not answer, and asks it nothing more', async () => {
    let calls = 0
    const world = startWorld({
      fetch: async () => {
        calls++
        throw new TypeError('no route to host')
      },
    })
    expect(codes(await examine(world))).toContain('host_silent')
    expect(calls).toBe(1)
  })

  test('tells a branch in another time zone, by both names', async () => {
    const config = parseConfig(env)
    const world = await healthy({ config: { ...config, branchTimezone: 'Asia/Omsk' } })
    const found = (await examine(world)).checks.find(({ code }) => code === 'zone_differs')
    expect(found?.text).toContain('Europe/Moscow')
    expect(found?.remedy).toContain('BRANCH_TIMEZONE = "Europe/Moscow"')
  })

  test.each([
    [2_000, 'clock_agrees'],
    [-600_000, 'clock_differs'],
  ])('compares the clocks: %i ms ahead', async (aheadMs, code) => {
    expect(codes(await examine(await healthy({}, telling(aheadMs))))).toContain(code)
  })

  test.each<[FindingCode, object]>([
    ['hook_outdated', { urls: ['http://spa.test/api/v1/yclients/webhook?token=old'] }],
    ['hook_inactive', { active: false }],
    ['hook_events_missing', { flags: { record: false } }],
  ])('tells a webhook that does not work: %s', async (code, spoilt) => {
    const world = await healthy()
    Object.assign(world.sim.state.hooks, spoilt)
    expect(bad(await examine(world))).toEqual([code])
  })

  test('says what the health check says, but for the clock, which it has just looked at itself', async () => {
    const world = await healthy()
    world.clock.now += 2 * HOUR_MS
    await env.DB.prepare("insert into parked_work (key, message, reason, parked_at) values ('x', '{}', 'y', 0)").run()
    const diagnosis = await examine(world)
    expect(bad(diagnosis)).toEqual(['cron_silent', 'sync_overdue', 'work_parked'])
    const answer = await world.call('GET', '/api/v1/admin/health', { as: MANAGER })
    const { conditions } = await answer.json<{ conditions: { code: string }[] }>()
    const work = diagnosis.checks.filter(({ group }) => group === 'work').map(({ code }) => code)
    expect(work).toEqual(conditions.map(({ code }) => code).filter((code) => !code.startsWith('clock_')))
  })

  test.each<[FindingCode, string]>([
    ['levels_none', 'delete from loyalty_levels'],
    ['levels_no_first', 'update loyalty_levels set min_spend_kopecks = 1 where min_spend_kopecks = 0'],
    ['levels_falling', 'update loyalty_levels set percent_basis_points = 9000 where min_spend_kopecks = 0'],
  ])('tells levels that cannot be meant: %s', async (code, sql) => {
    const world = await healthy()
    await env.DB.prepare(sql).run()
    expect(bad(await examine(world))).toEqual([code])
  })

  test('leaves YClients alone while the integration is off', async () => {
    const world = startWorld({
      ...withYclients({ enabled: false }),
      fetch: () => Promise.reject(new Error('nobody should be called')),
    })
    expect(codes(await examine(world))).toEqual(['levels_sound'])
  })

  test('changes nothing', async () => {
    const world = await healthy()
    const before = await rows('select * from audit_log')
    await examine(world)
    expect(await rows('select * from audit_log')).toEqual(before)
    expect(world.queued).toEqual([])
  })
})

describe('the settings, as the doctor sees them', () => {
  const GOOD = {
    JWT_SECRET: 'x'.repeat(32),
    CONSENT_URL: 'https://example.com',
    SMS_PROVIDER: 'smsru',
    SMSRU_API_ID: 'id',
    YCLIENTS_ENABLED: 'true',
    YCLIENTS_COMPANY_ID: '1',
    YCLIENTS_API_TOKEN: 'a',
    YCLIENTS_USER_TOKEN: 'u',
    YCLIENTS_WEBHOOK_SECRET: 'y'.repeat(24),
  }
  const wrong = (env: Record<string, string>) =>
    checkSettings(env, parseConfig(env)).flatMap(({ code, facts }) =>
      FINDINGS[code].status === 'ok' ? [] : [[facts.name, code]],
    )

  test('are well', () => expect(wrong(GOOD)).toEqual([]))

  test.each<[string, Record<string, string>, string, FindingCode]>([
    ['a secret everybody knows', { JWT_SECRET: `change-me-${'x'.repeat(32)}` }, 'JWT_SECRET', 'secret_from_example'],
    [
      'the owner’s secret',
      { ADMIN_BOOTSTRAP_SECRET: 'z'.repeat(32) },
      'ADMIN_BOOTSTRAP_SECRET',
      'bootstrap_secret_left',
    ],
    ['the key of before', { JWT_SECRET_PREVIOUS: 'z'.repeat(32) }, 'JWT_SECRET_PREVIOUS', 'previous_secret_left'],
    ['development', { ENVIRONMENT: 'development' }, 'ENVIRONMENT', 'not_production'],
    ['no webhook secret', { YCLIENTS_WEBHOOK_SECRET: '' }, 'YCLIENTS_WEBHOOK_SECRET', 'webhook_secret_missing'],
    ['a short one', { YCLIENTS_WEBHOOK_SECRET: 'short' }, 'YCLIENTS_WEBHOOK_SECRET', 'webhook_secret_short'],
    ['no consent', { CONSENT_URL: '' }, 'CONSENT_URL', 'consent_url_missing'],
    ['no way to send codes', { SMS_PROVIDER: 'off' }, 'MESSAGES_ENABLED', 'no_messages'],
    ['loyalty off', { LOYALTY_ENABLED: 'false' }, 'LOYALTY_ENABLED', 'loyalty_off'],
    ['YClients off', { YCLIENTS_ENABLED: 'false' }, 'YCLIENTS_ENABLED', 'yclients_off'],
  ])('tell %s', (_, changes, name, code) => {
    expect(wrong({ ...GOOD, ...changes })).toEqual([[name, code]])
  })
})
