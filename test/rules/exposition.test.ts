import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeExposition } from '../../src/ops/exposition.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import { parseExposition } from '../support/exposition.ts'

const METRICS = () => createMetrics({ flushEveryMs: 60_000 })

describe('metrics', () => {
  test('count what is told of them, by labels, and forget it when it is taken', () => {
    const metrics = METRICS()
    metrics.count('spa_refusals_total', { code: 'slot_taken' })
    metrics.count('spa_refusals_total', { code: 'slot_taken' }, 2)
    metrics.count('spa_refusals_total', { code: 'not_found' })
    metrics.count('spa_sync_pages_total', {}, 0)
    expect(metrics.take(0).counted).toEqual([
      { name: 'spa_refusals_total', labels: 'code="slot_taken"', value: 3 },
      { name: 'spa_refusals_total', labels: 'code="not_found"', value: 1 },
    ])
    expect(metrics.take(0).counted).toEqual([])
  })

  test('are due at once, then a minute after they were taken, and never while there is nothing', () => {
    const metrics = METRICS()
    expect(metrics.isDue(100_000)).toBe(false)
    metrics.count('spa_sync_pages_total')
    expect(metrics.isDue(100_000)).toBe(true)
    metrics.take(100_000)
    expect(metrics.isDue(160_000)).toBe(false)
    metrics.count('spa_sync_pages_total')
    expect([metrics.isDue(159_999), metrics.isDue(160_000)]).toEqual([false, true])
  })

  test('that could not be written are counted again', () => {
    const metrics = METRICS()
    metrics.count('spa_sync_pages_total')
    metrics.putBack(metrics.take(0).counted)
    metrics.count('spa_sync_pages_total')
    expect(metrics.take(0).counted).toEqual([{ name: 'spa_sync_pages_total', labels: '', value: 2 }])
  })

  test('are written in the format of Prometheus, whatever was counted', () => {
    const observed = fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1 })
    const counted = fc.array(fc.tuple(fc.string(), fc.integer({ min: 0, max: 1e9 })))
    fc.assert(
      fc.property(observed, counted, fc.double({ noNaN: true, noDefaultInfinity: true }), (times, codes, gauge) => {
        const metrics = METRICS()
        for (const ms of times) metrics.observe('spa_yclients_call_duration_seconds', ms)
        for (const [code, by] of codes) metrics.count('spa_refusals_total', { code }, by)
        const gauges = [{ name: 'spa_parked_work', help: 'Work', value: gauge }]
        const families = parseExposition(writeExposition(metrics.take(0).counted, gauges))
        expect(families.get('spa_parked_work')?.samples[0]?.value).toBe(gauge === 0 ? 0 : gauge)
        const refusals = families.get('spa_refusals_total')?.samples.reduce((sum, { value }) => sum + value, 0)
        expect(refusals ?? 0).toBe(codes.reduce((sum, [, by]) => sum + by, 0))
        const samples = families.get('spa_yclients_call_duration_seconds')?.samples ?? []
        const half = samples.find(({ labels }) => labels.le === '0.5')?.value
        expect(half).toBe(times.filter((ms) => ms <= 500).length)
        expect(samples.at(-1)?.value).toBe(times.length)
        expect(samples.at(-2)?.value).toBeCloseTo(times.reduce((sum, ms) => sum + ms, 0) / 1000)
      }),
    )
  })
})

describe('the reader of the format', () => {
  const HEAD = '# HELP spa_x_total Words\n# TYPE spa_x_total counter\n'
  test.each([
    ['no end of line', `${HEAD}spa_x_total 1`],
    ['a value that is no number', `${HEAD}spa_x_total one\n`],
    ['a label without quotes', `${HEAD}spa_x_total{a=b} 1\n`],
    ['a quote inside a label', `${HEAD}spa_x_total{a="b"c"} 1\n`],
    ['a sample of another family', `${HEAD}spa_y_total 1\n`],
    ['a sample twice', `${HEAD}spa_x_total 1\nspa_x_total 1\n`],
    ['a family twice', `${HEAD}spa_x_total 1\n${HEAD}spa_x_total{a="b"} 1\n`],
    ['a family without samples', HEAD],
    ['a sample without a family', 'spa_x_total 1\n'],
    ['a negative counter', `${HEAD}spa_x_total -1\n`],
    ['a help without a type', '# HELP spa_x_total Words\nspa_x_total 1\n'],
    ['an empty line', `${HEAD}\nspa_x_total 1\n`],
    [
      'a histogram whose buckets fall',
      '# HELP h Words\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    ],
    ['a histogram without its last bucket', '# HELP h W\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_sum 1\nh_count 2\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseExposition(text)).toThrow()
  })
})
