import { afterEach, describe, expect } from 'vitest'
import { OWN } from './support/booking-rows.ts'
import { closePages, openPage, test } from './support/stage.ts'

afterEach(closePages)

const [, inna] = OWN.masters
const PATH = `/admin/staff/${inna.id}/schedule`

describe('the week of a master', () => {
  test.each([true, false])('is edited, checked and saved (scripts: %s)', async (scripts) => {
    const page = await openPage({ javaScriptEnabled: scripts })
    await page.goto('/admin/staff')
    await page.getByRole('row', { name: inna.name }).getByRole('link', { name: 'Расписание' }).click()
    const field = (name: string) => page.getByLabel(name, { exact: true })

    await field('Воскресенье, 2: начало').fill('20:00')
    await field('Воскресенье, 2: конец').fill('22:00')
    await page.getByRole('button', { name: 'Сохранить неделю' }).click()
    expect(await page.getByText('Пересекается с другими часами').count()).toBe(2)
    expect(await field('Воскресенье, 2: конец').inputValue()).toBe('22:00')

    await field('Воскресенье, 2: начало').fill('')
    await field('Воскресенье, 2: конец').fill('')
    await field('Воскресенье, 1: начало перерыва').fill(scripts ? '13:00' : '15:00')
    await field('Воскресенье, 1: конец перерыва').fill(scripts ? '14:00' : '16:00')
    await page.getByRole('button', { name: 'Проверить' }).click()
    expect(await page.getByRole('status').innerText()).toContain('ещё не сохранена')
    expect(await page.locator('svg.week .break').count()).toBe(1)
    await page.getByRole('button', { name: 'Сохранить неделю' }).click()
    await page.waitForURL(`**${PATH}?done=week`)
    expect(await field('Воскресенье, 1: начало перерыва').inputValue()).toBe(scripts ? '13:00' : '15:00')
  })

  test('has special days', async () => {
    const page = await openPage()
    await page.goto(PATH)
    await page
      .getByLabel('День', { exact: true })
      .fill(new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10))
    await page.getByLabel('Причина', { exact: true }).fill('Учёба')
    await page.getByRole('button', { name: 'Сохранить день' }).click()
    const day = page.getByRole('row', { name: 'Учёба' })
    expect(await day.innerText()).toContain('выходной')
    await day.getByRole('button', { name: /^Убрать/ }).click()
    await page.waitForURL(`**${PATH}?done=clear`)
    expect(await day.count()).toBe(0)
  })
})
