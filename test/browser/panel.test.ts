import type { Page } from 'playwright-core'
import { afterEach, describe, expect } from 'vitest'
import { ANNA } from './support/salon.ts'
import { closePages, logIn, openPage, test } from './support/stage.ts'

afterEach(closePages)

/** The entries of Anna's ledger, newest first, as her card shows them. */
async function ledgerOf(page: Page): Promise<string[]> {
  await page.goto(`/admin/clients/${ANNA.id}`)
  return await page.locator('table', { hasText: 'все операции' }).locator('tbody tr').allInnerTexts()
}

/** From anywhere to the page that asks once more. */
async function fillIn(page: Page, amount: string, reason: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Списать бонусы' }).click()
  await page.getByLabel('Код клиента').fill('авс 12345')
  await page.getByRole('button', { name: 'Дальше' }).click()
  await page.getByLabel('Сколько бонусов списать').fill(amount)
  await page.getByLabel('За что').fill(reason)
  await page.getByRole('button', { name: 'Дальше' }).click()
}

describe('signing in', () => {
  test('with a wrong password says so, and with the right one opens what was asked for', async () => {
    const page = await openPage({}, 'nobody')
    await page.goto('/admin/clients?q=KMT11111')
    await logIn(page, 'не тот пароль совсем')
    expect(await page.getByRole('alert').innerText()).toBe('Неверный e-mail или пароль')
    await logIn(page)
    await page.waitForURL('**/admin/clients?q=KMT11111')
    expect(await page.getByRole('link', { name: 'Борис Ёлкин' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Выйти' }).click()
    await page.goto('/admin')
    expect(new URL(page.url()).pathname).toBe('/admin/login')
  })

  test('needs no mouse: every step shows where the keyboard is', async () => {
    const page = await openPage()
    await page.goto('/admin')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('К содержанию')
    expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe('solid')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })
})

describe('looking for clients', () => {
  test('finds a code typed in look-alike letters while it is typed', async () => {
    const page = await openPage()
    await page.goto('/admin/clients')
    await page.getByLabel('Код, телефон').pressSequentially('авс 12345')
    await page.getByRole('link', { name: ANNA.name }).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(1)
    expect(decodeURIComponent(page.url())).toContain('q=авс+12345')
  })

  test('works without scripts, too', async () => {
    const page = await openPage({ javaScriptEnabled: false })
    await page.goto('/admin/clients')
    await page.getByLabel('Код, телефон').fill('авс-12345')
    await page.getByRole('button', { name: 'Найти' }).click()
    expect(await page.getByRole('link', { name: ANNA.name }).count()).toBe(1)
  })
})

describe('writing bonuses off', () => {
  test.each([true, false])(
    'happens once with a double click, a reload and the back button (scripts: %s)',
    async (scripts) => {
      const page = await openPage({ javaScriptEnabled: scripts })
      const before = await ledgerOf(page)
      const reason = `Массаж, скрипты: ${scripts}`
      await fillIn(page, '100', reason)
      await page.getByRole('button', { name: 'Списать' }).dblclick()
      await page.waitForURL('**/admin/receipts/*')
      const receipt = page.url().split('?')[0]
      await page.reload()
      await page.goBack()
      await page.waitForURL('**/admin/receipts/*')
      expect(page.url().split('?')[0]).toBe(receipt)
      expect(await page.getByRole('status').innerText()).toContain('Второй раз ничего не произошло')
      const after = await ledgerOf(page)
      expect(after.length).toBe(before.length + 1)
      expect(after[0]).toContain(reason)
      expect(after[0]).toContain('−100')
    },
  )

  test('takes well under half a minute from signing in to the receipt', async () => {
    const page = await openPage({}, 'nobody')
    await page.goto('/admin')
    const start = performance.now()
    await logIn(page)
    await fillIn(page, '50', 'Чай')
    await page.getByRole('button', { name: 'Списать' }).click()
    await page.waitForURL('**/admin/receipts/*')
    const seconds = (performance.now() - start) / 1000
    expect(await page.getByText('−50', { exact: true }).count()).toBe(1)
    expect(seconds).toBeLessThan(30)
  })
})

describe('pleasant things', () => {
  test('a code is copied with a click', async () => {
    const page = await openPage({ permissions: ['clipboard-read', 'clipboard-write'] })
    await page.goto(`/admin/clients/${ANNA.id}`)
    await page.getByRole('button', { name: 'Скопировать' }).click()
    await page.getByRole('button', { name: 'Скопировано' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(ANNA.code)
  })

  test('English is one click away and stays', async () => {
    const page = await openPage()
    await page.goto('/admin/clients?q=KMT11111')
    await page.getByRole('button', { name: 'English' }).click()
    await page.waitForURL('**/admin/clients?q=KMT11111')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Clients')
    await page.goto('/admin/write-off')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Write bonuses off')
  })

  test('only the receipt is printed', async () => {
    const page = await openPage()
    await page.goto('/admin/receipts/1')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation').isVisible()).toBe(false)
    expect(await page.getByRole('button', { name: 'Напечатать' }).isVisible()).toBe(false)
    expect(await page.getByText('№ 1', { exact: true }).isVisible()).toBe(true)
  })
})
