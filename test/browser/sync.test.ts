import type { Locator, Page } from 'playwright-core'
import { afterEach, describe, expect } from 'vitest'
import { closePages, openPage, test, yclients } from './support/stage.ts'
import { MASTER, SERVICE } from './support/yclients.ts'

afterEach(closePages)

/** Somebody in the salon does something in YClients' own windows. */
async function inYclients(path: string, body: object, method = 'POST'): Promise<{ id: number }> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${yclients}/__control${path}`, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as { id: number } // of records; nobody looks at the others
}

const book = (day: string) =>
  inYclients('/records', {
    staff_id: MASTER,
    services: [{ id: SERVICE }],
    client: { name: 'Пётр', phone: '79000000099' },
    datetime: `${day} 12:00:00`,
    seance_length: 3600,
  })

const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** Opens it again and again until something is there. */
async function openUntil(page: Page, path: string, wanted: Locator): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    await page.goto(path)
    if ((await wanted.count()) > 0) return
    await page.waitForTimeout(250)
  }
  throw new Error(`${path} never had ${wanted}`)
}

describe('a sync', () => {
  test.each([true, false])('is started and watched until it ends (scripts: %s)', async (scripts) => {
    await book(dayAhead(scripts ? 3 : 4))
    const page = await openPage({ javaScriptEnabled: scripts })
    await page.goto('/admin/sync')
    await page.getByLabel('Что прочитать').selectOption('full')
    await page.getByRole('button', { name: 'Запустить' }).click()
    await page.waitForURL('**/admin/sync/runs/*')
    await page.getByText('закончен', { exact: true }).waitFor()
    expect(await page.locator('#run dd').allInnerTexts()).toContainEqual(expect.stringContaining('вручную'))
    expect(await page.getByText('Страница обновляется сама').count()).toBe(0)
  })
})

describe('a replay', () => {
  test('shows what would change, then changes it', async () => {
    const { id } = await book(dayAhead(5))
    const page = await openPage()
    const created = page.getByRole('row').filter({ hasText: 'создан визит' })
    await openUntil(page, `/admin/sync/events?record=${id}`, created)
    // Of this no webhook comes.
    await inYclients('/knobs', { lossPercent: 100 }, 'PUT')
    await inYclients(`/records/${id}/attendance`, { attendance: -1 })
    await inYclients('/knobs', { lossPercent: 0 }, 'PUT')

    await created.getByRole('link').first().click()
    const visit = await page.getByRole('link', { name: /^№ \d+$/ }).getAttribute('href')
    await page.getByRole('link', { name: 'Повторить', exact: true }).click()
    await page.getByRole('button', { name: 'Посмотреть, что изменится' }).click()
    await page.getByText('Это проба: пока ничего не изменено.').waitFor()
    await page.getByText('ожидает → не пришёл').waitFor()
    const other = await openPage()
    const noShow = other.locator('.tag', { hasText: 'не пришёл' })
    await other.goto(visit ?? '')
    expect(await noShow.count()).toBe(0)

    await page.getByRole('button', { name: 'Повторить' }).click()
    await page.getByText('Отправлено в очередь').waitFor()
    await openUntil(other, visit ?? '', noShow)
  })
})
