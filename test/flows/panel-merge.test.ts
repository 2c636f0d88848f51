import { expect, test } from 'vitest'
import { lastAudit, startOffice } from '../support/office.ts'
import { hidden, readable, signIn } from '../support/panel.ts'
import { addBooking, addUser, balanceOf, giveBonuses, rows } from '../support/salon.ts'

async function twoAnnas() {
  const into = await addUser({ name: 'Анна', surname: 'Котова', code: 'ABC12345' })
  const from = await addUser({ name: 'Анна', surname: 'Дубликатова', code: 'KMT11111' })
  await giveBonuses(into, 100)
  await giveBonuses(from, 50)
  await addBooking({ userId: from, status: 'confirmed' })
  return { into, from, path: `/admin/clients/${into}/merge` }
}

test('a duplicate is found, shown with what would move, and merged once however often it is asked', async () => {
  const { into, from, path } = await twoAnnas()
  const browser = await signIn(startOffice(), 'manager')
  expect(await (await browser.open(`/admin/clients/${into}`)).text()).toContain(`href="${path}"`)
  const found = await (await browser.open(`${path}?q=анна`)).text()
  expect(found).toContain(`href="${path}?from=${from}"`)
  // Not with himself.
  expect(found).not.toContain(`href="${path}?from=${into}"`)

  const check = (await browser.open(`${path}?from=${from}`)).headers.get('location') ?? ''
  const page = await (await browser.open(check)).text()
  expect(readable(page)).toMatch(/Присоединить клиента Анна Дубликатова к клиенту Анна Котова\?/)
  expect(readable(page)).toMatch(/Визитов перейдёт 1 .*Бонусов 50/)
  expect((await balanceOf(into)).balance).toBe(100)

  const sent = { from: hidden(page, 'from'), key: hidden(page, 'key') }
  const answers = await Promise.all([browser.send(path, sent), browser.send(path, sent)])
  expect(answers.map(({ headers }) => headers.get('location'))).toEqual(
    Array.from({ length: 2 }, () => `/admin/clients/${into}?done=merged`),
  )
  expect(await balanceOf(into)).toEqual({ balance: 150, sum: 150 })
  expect(await lastAudit()).toMatchObject({ action: 'user.merge', role: 'manager', entity_id: String(from) })
  expect(await rows('select id from bookings where user_id = ?', into)).toHaveLength(1)
  expect(readable(await (await browser.open(`/admin/clients/${into}?done=merged`)).text())).toMatch(
    /Клиенты объединены\..*Прежние коды: KMT11111/,
  )
  expect((await browser.open(`/admin/clients/${from}`)).headers.get('location')).toBe(`/admin/clients/${into}`)
})

test('a client is not merged with himself', async () => {
  const { into, path } = await twoAnnas()
  const browser = await signIn(startOffice(), 'manager')
  const answer = await browser.send(path, { from: String(into), key: 'a-key-of-a-form' })
  expect(answer.status).toBe(422)
  expect(await balanceOf(into)).toEqual({ balance: 100, sum: 100 })
})
