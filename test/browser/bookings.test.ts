import type { Page } from 'playwright-core'
import { afterEach, describe, expect } from 'vitest'
import { OWN, tomorrow } from './support/booking-rows.ts'
import { ANNA } from './support/salon.ts'
import { closePages, openPage, test } from './support/stage.ts'

afterEach(closePages)

const [zoya, inna] = OWN.masters

/** Chooses a time of those that the page offers. */
const choose = (page: Page, time: string) => page.locator('.times label', { hasText: time }).first().click()
const when = (page: Page) => page.locator('dd').first().innerText()

describe('a visit of nobody', () => {
  test('is linked to its client, who has its bonuses then', async () => {
    const page = await openPage()
    await page.goto('/admin/bookings')
    await page.getByLabel('День').fill('')
    await page.getByLabel('Только без клиента').check()
    await page.getByRole('button', { name: 'Показать' }).click()
    await page.getByRole('row', { name: OWN.unmatched.service }).getByRole('link').click()
    await page.getByRole('link', { name: 'Указать клиента' }).click()
    await page.getByLabel('Код, телефон').fill('')
    await page.getByLabel('Код, телефон').pressSequentially('кмт 11111')
    await page.getByRole('button', { name: 'Выбрать: Борис Ёлкин' }).click()
    await page.waitForURL(`**/admin/bookings/${OWN.unmatched.id}?done=linked`)
    expect(await page.getByRole('status').innerText()).toContain('бонусы пересчитаны')
    expect(await page.locator('table', { hasText: 'Бонусы за визит' }).innerText()).toMatch(/Кэшбэк за визит.*\+\d+/s)
  })
})

describe('moving a visit', () => {
  test('goes to the nearest time when somebody else was quicker', async () => {
    const [page, other] = [await openPage(), await openPage()]
    for (const [window, visit] of [
      [page, OWN.visits.ten],
      [other, OWN.visits.twelve],
    ] as const) {
      await window.goto(`/admin/bookings/${visit}`)
      await window.getByRole('link', { name: 'Перенести' }).click()
      await choose(window, '15:00')
    }
    await other.getByRole('button', { name: 'Перенести' }).click()
    await other.waitForURL('**?done=moved')
    await page.getByRole('button', { name: 'Перенести' }).click()
    expect(await page.getByRole('alert').innerText()).toBe('Время уже занято')
    await page.getByRole('button', { name: `14:00, ${zoya.name}` }).click()
    await page.waitForURL(`**/admin/bookings/${OWN.visits.ten}?done=moved`)
    expect(await when(page)).toContain('14:00')
  })

  test('is refused to the later one of two who move the same visit, who sees where it is now', async () => {
    const [page, late] = [await openPage({ javaScriptEnabled: false }), await openPage()]
    for (const window of [page, late]) {
      await window.goto(`/admin/bookings/${OWN.visits.twelve}/move?day=${tomorrow()}&staff=${inna.id}`)
    }
    await choose(page, '17:00')
    await page.getByRole('button', { name: 'Перенести' }).click()
    await page.waitForURL('**?done=moved')
    await choose(late, '19:00')
    await late.getByRole('button', { name: 'Перенести' }).click()
    expect(await late.getByRole('alert').innerText()).toContain('Запись изменилась')
    expect(await late.getByText('Сейчас:').innerText()).toContain('17:00')
  })
})

describe('booking at the desk', () => {
  test.each([true, false])('is a matter of a few clicks, and happens once (scripts: %s)', async (scripts) => {
    const page = await openPage({ javaScriptEnabled: scripts })
    await page.goto(`/admin/bookings?day=${tomorrow()}`)
    const before = await page.locator('tbody tr').count()
    await page.getByRole('link', { name: 'Записать клиента' }).click()
    await page.getByLabel('Код, телефон').fill('авс 12345')
    if (!scripts) await page.getByRole('button', { name: 'Найти' }).click()
    await page.getByRole('link', { name: `Выбрать: ${ANNA.name}` }).click()
    await page.getByLabel(OWN.services.peeling.name, { exact: true }).check()
    await page.getByLabel(`Ещё и ${OWN.services.massage.name}`).check()
    await page.getByRole('button', { name: 'Дальше' }).click()
    await choose(page, scripts ? '09:00' : '11:30')
    await page.getByLabel('Заметки').fill('Позвонить накануне')
    await page.getByRole('button', { name: 'Записать', exact: true }).dblclick()
    await page.waitForURL('**/admin/bookings/*?done=*')
    expect(await page.getByText('Позвонить накануне').count()).toBe(1)
    expect(await page.locator('#what').locator('..').innerText()).toContain(
      `${OWN.services.peeling.name}, ${OWN.services.massage.name}`,
    )
    await page.goBack()
    await page.waitForURL('**?done=again')
    await page.goto(`/admin/bookings?day=${tomorrow()}`)
    expect(await page.locator('tbody tr').count()).toBe(before + 1)
  })
})
