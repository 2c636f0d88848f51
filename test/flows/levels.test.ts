import { describe, expect, test } from 'vitest'
import { lastAudit, startOffice, statuses } from '../support/office.ts'
import { addBooking, addUser, balanceOf, row, rows } from '../support/salon.ts'
import { ADMIN, MANAGER, type World } from '../support/world.ts'

const LEVELS = '/api/v1/admin/levels'
const START = { code: 'start', name_ru: 'Старт', name_en: 'Start', min_spend: 0, percent_basis_points: 300 }
const TOP = { code: 'top', name_ru: 'Топ', name_en: 'Top', min_spend: 1_000_000, percent_basis_points: 1000 }

const put = (world: World, levels: readonly object[]) => world.call('PUT', LEVELS, { as: ADMIN, body: { levels } })
const get = async (world: World) => (await world.call('GET', LEVELS, { as: MANAGER })).json()
const stored = () =>
  rows('select code, min_spend_kopecks as min, percent_basis_points as percent from loyalty_levels order by 2')

describe('levels of cashback', () => {
  test('are replaced as a whole, thresholds swapped and all, and told to the audit log', async () => {
    const world = startOffice()
    await put(world, [START, TOP])
    const swapped = [
      { ...TOP, min_spend: 0 },
      { ...START, min_spend: 1_000_000 },
    ]
    expect((await put(world, swapped)).status).toBe(200)
    expect(await get(world)).toEqual({ levels: swapped })
    expect(await lastAudit()).toMatchObject({
      actor: 'admin:1',
      action: 'loyalty.change_levels',
      before: { levels: 'start: 0 → 300 (Старт, Start); top: 1000000 → 1000 (Топ, Top)' },
      after: { levels: 'top: 0 → 1000 (Топ, Top); start: 1000000 → 300 (Старт, Start)' },
    })
  })

  test('that stay as they are tell the audit log nothing', async () => {
    const world = startOffice()
    await put(world, [TOP, START])
    await put(world, [START, TOP])
    expect(await rows("select 1 from audit_log where action = 'loyalty.change_levels'")).toHaveLength(1)
  })

  test('count from the next visit on, and leave what visits have earned', async () => {
    const world = startOffice()
    const userId = await addUser()
    await put(world, [START])
    await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    await world.ctx.ledgerOf(userId).settle()
    await put(world, [{ ...START, percent_basis_points: 1000 }])
    const first = await row<{ id: number }>('select id from bookings')
    // Touched again, so that it is settled again.
    await rows('update bookings set price_kopecks = 200000 where id = ?', first.id)
    await addBooking({ userId, status: 'completed', priceKopecks: 100_000 })
    await world.ctx.ledgerOf(userId).settle()
    expect(await balanceOf(userId)).toEqual({ balance: 60 + 100, sum: 60 + 100 })
  })

  test.each([
    ['two with one threshold', [START, { ...TOP, min_spend: 0 }], 'levels_not_ascending'],
    ['two with one code', [START, { ...TOP, code: 'start' }], 'levels_not_ascending'],
    ['more than everything', [{ ...START, percent_basis_points: 10_001 }], 'validation_failed'],
    ['less than nothing', [{ ...START, percent_basis_points: -1 }], 'validation_failed'],
    ['a threshold below zero', [{ ...START, min_spend: -1 }], 'validation_failed'],
    ['no name', [{ ...START, name_ru: ' ' }], 'validation_failed'],
    ['none', [], 'validation_failed'],
  ])('with %s are refused and change nothing', async (_, levels, code) => {
    const world = startOffice()
    const before = await stored()
    const answer = await put(world, levels)
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ code })])
    expect(await stored()).toEqual(before)
  })

  test('changed by several at once are those of one of them, each audited on what it found', async () => {
    const world = startOffice()
    await world.call('GET', LEVELS, { as: ADMIN })
    const answers = await Promise.all(
      [100, 200, 300, 400, 500].map((percent) => put(world, [{ ...START, percent_basis_points: percent }, TOP])),
    )
    expect(statuses(answers)).toEqual([200, 200, 200, 200, 200])
    const told = await rows<{ details: string }>(
      "select details from audit_log where action = 'loyalty.change_levels' order by id",
    )
    const steps = told.map(({ details }) => JSON.parse(details))
    expect(steps.length).toBe(5)
    for (const [index, { before }] of steps.entries()) if (index > 0) expect(before).toEqual(steps[index - 1].after)
    const [{ percent } = { percent: 0 }] = (await stored()) as { percent: number }[]
    expect(steps.at(-1).after.levels).toContain(`start: 0 → ${percent}`)
  })
})
