import { describe, expect, test } from 'vitest'
import { CONDITION_CODES, CONDITIONS, sayCondition, statusOf } from '../../src/ops/health/conditions.ts'
import { judgeSigns } from '../../src/ops/health/judge-signs.ts'
import type { Signs } from '../../src/ops/health/read-signs.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'

const NOW = Date.UTC(2026, 8, 15, 9)
const ago = (ms: number) => NOW - ms
const CHECKED = { startedAt: ago(HOUR_MS), finishedAt: ago(HOUR_MS), users: 1, entries: 1, visits: 1, differences: 0 }

/** Nothing is wrong. */
const GOOD: Signs = {
  paymentExceptions: 0,
  lateReceipts: 0,
  parked: 0,
  alarms: 0,
  cronAt: ago(10 * MINUTE_MS),
  clockAheadMs: 400,
  lastStatus: 'finished',
  lastError: null,
  lastFinishedAt: ago(10 * MINUTE_MS),
  driftedAt: null,
  cleanSince: ago(5 * HOUR_MS),
  lastWebhookAt: ago(HOUR_MS),
  deferred: 0,
  retrying: 0,
  unmatched: 0,
  undecided: 0,
  untold: 0,
  provisional: 0,
  dueVisits: 0,
  messagesHeldBack: 0,
  ledger: CHECKED,
}
const judged = (signs: Partial<Signs>, isOn = true) => judgeSigns({ ...GOOD, ...signs }, NOW, isOn)
const troubles = (signs: Partial<Signs>, isOn = true) =>
  judged(signs, isOn)
    .filter((condition) => statusOf(condition) !== 'ok')
    .map((condition) => `${condition.code} ${statusOf(condition)}`)

describe('the health check', () => {
  test('is content when nothing is wrong', () => {
    expect(troubles({})).toEqual([])
    expect(troubles({ driftedAt: ago(6 * HOUR_MS) })).toEqual([])
  })

  test.each<[string, Partial<Signs>]>([
    ['cron_never attention', { cronAt: null }],
    ['messages_limited red', { messagesHeldBack: 3 }],
    ['cron_silent red', { cronAt: ago(1.5 * HOUR_MS + 1) }],
    ['sync_never red', { lastStatus: null, lastFinishedAt: null }],
    ['sync_stuck red', { lastStatus: 'failing' }],
    ['sync_stuck red', { lastStatus: 'failed' }],
    ['sync_overdue red', { lastStatus: 'running', lastFinishedAt: ago(1.5 * HOUR_MS + 1) }],
    ['webhooks_never attention', { lastWebhookAt: null }],
    ['webhooks_silent attention', { lastWebhookAt: ago(DAY_MS + 1) }],
    ['drift_found attention', { driftedAt: ago(HOUR_MS), cleanSince: null }],
    ['work_parked red', { parked: 1 }],
    ['alarms_held red', { alarms: 1 }],
    ['queue_waits attention', { deferred: 1 }],
    ['queue_waits attention', { retrying: 1 }],
    ['visits_untold attention', { untold: 1 }],
    ['visits_unmatched attention', { undecided: 1, unmatched: 3 }],
    ['ledger_never attention', { ledger: undefined }],
    ['ledger_old attention', { ledger: { ...CHECKED, finishedAt: ago(2 * DAY_MS + 1) } }],
    ['ledger_differs red', { ledger: { ...CHECKED, differences: 2 } }],
    ['payments_excepted attention', { paymentExceptions: 1 }],
    ['receipts_late red', { lateReceipts: 1 }],
    ['clock_wrong attention', { clockAheadMs: 60_001 }],
    ['clock_wrong attention', { clockAheadMs: -60_001 }],
  ])('says %s of %j and of nothing else', (trouble, signs) => {
    expect(troubles(signs)).toEqual([trouble])
  })

  test.each<[string, Partial<Signs>]>([
    ['a cron that is a little late', { cronAt: ago(1.5 * HOUR_MS) }],
    ['the first sync while it runs', { lastStatus: 'running', lastFinishedAt: null, cleanSince: null }],
    ['visits that are being settled', { dueVisits: 5 }],
    ['visits of people who are not in the app', { unmatched: 40 }],
    ['visits that were promised a moment ago', { provisional: 1 }],
    ['a clock that is a minute off', { clockAheadMs: -60_000 }],
    ['a clock that nobody has seen', { clockAheadMs: null }],
  ])('does not mind %s', (_, signs) => {
    expect(troubles(signs)).toEqual([])
  })

  test('does not speak of YClients where it is off', () => {
    const off = { lastStatus: null, lastFinishedAt: null, lastWebhookAt: null, cleanSince: null, untold: 3 }
    expect(troubles(off, false)).toEqual([])
    expect(judged(off, false).map(({ code }) => code)).toContain('yclients_off')
  })

  test('looks at the same things each time, each once', () => {
    expect(judged({}).map(({ code }) => code)).toHaveLength(judged({ parked: 1, ledger: undefined }).length)
    expect(new Set(judged({}).map(({ code }) => code)).size).toBe(judged({}).length)
  })
})

describe('what is said of a condition', () => {
  const FACTS = {
    agoMs: 5 * HOUR_MS,
    count: 3,
    events: 1,
    visits: 2,
    untold: 4,
    provisional: 1,
    error: 'x',
    seconds: 90,
  }

  test.each(CONDITION_CODES)('of %s is whole in both languages, with a remedy where something is wrong', (code) => {
    const isOk = CONDITIONS[code].status === 'ok'
    for (const language of ['ru', 'en'] as const) {
      const { text, remedy } = sayCondition({ code, facts: FACTS }, language)
      expect(text).not.toMatch(/[{}]/)
      expect(/[а-яё]/i.test(text)).toBe(language === 'ru')
      expect(remedy === null).toBe(isOk)
    }
    expect(CONDITIONS[code].link === null).toBe(isOk)
  })

  test.each([
    [0, '0 мин', '0 min'],
    [119 * MINUTE_MS, '119 мин', '119 min'],
    [12.5 * HOUR_MS, '12 ч', '12 h'],
    [5 * DAY_MS, '5 дн.', '5 days'],
  ])('counts %i ms in words', (agoMs, ru, en) => {
    const drift = { code: 'drift_none' as const, facts: { agoMs } }
    expect(sayCondition(drift, 'ru').text).toBe(`Расхождений с YClients нет: чисто ${ru}`)
    expect(sayCondition(drift, 'en').text).toBe(`No drift from YClients for ${en}`)
  })
})
