import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CONDITION_CODES, CONDITIONS } from '../../src/ops/health/conditions.ts'

const read = (path: string) => readFileSync(path, 'utf8')

/** The table of alerts: what the monitor asks, and the conditions that it stands for. */
const alerts = [...read('docs/operations.md').matchAll(/^\| `([^`]*spa_[^`]*)` \| (.*) \|$/gm)].map(
  ([, asked = '', says = '']) => ({ asked, codes: [...says.matchAll(/`(\w+)`/g)].map(([, code]) => code) }),
)

test('the alerts of the operations page cover every red state of the health check', () => {
  const red = CONDITION_CODES.filter((code) => CONDITIONS[code].status === 'red')
  expect(alerts.flatMap(({ codes }) => codes)).toEqual(expect.arrayContaining(red))
})

test('the alerts ask for metrics that there are', () => {
  const given = read('src/ops/read-metrics.ts')
  const asked = alerts.flatMap((alert) => alert.asked.match(/spa_\w+/g) ?? [])
  expect(asked.length).toBeGreaterThan(5)
  for (const name of asked) expect(given).toContain(`'${name}'`)
})
