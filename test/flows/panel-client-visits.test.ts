import { expect, test } from 'vitest'
import { startOffice } from '../support/office.ts'
import { readable, signIn } from '../support/panel.ts'
import { addBooking, addUser, giveBonuses, row } from '../support/salon.ts'
import { NOON } from '../support/world.ts'

async function salon() {
  const world = startOffice()
  const anna = await addUser({ name: 'Анна', surname: 'Котова', code: 'ABC12345' })
  const boris = await addUser({ name: 'Борис' })
  const visit = await addBooking({ userId: anna, status: 'completed', startsAt: NOON, serviceName: 'Стоунтерапия' })
  const other = await addBooking({ userId: boris, status: 'completed', startsAt: NOON, serviceName: 'Стрижка' })
  const browser = await signIn(world, 'desk')
  return { world, anna, boris, visit, other, open: async (path: string) => await (await browser.open(path)).text() }
}

test('each entry of a client’s ledger names and links the visit that it came of', async () => {
  const { anna, visit, open } = await salon()
  await giveBonuses(anna, 100)
  await row(
    `insert into bonus_entries (user_id, booking_id, kind, points, balance_after_points, idempotency_key, actor, created_at)
    values (?, ?, 'spend', -30, 70, 'spent', 'admin:1', 0) returning id`,
    anna,
    visit,
  )
  const page = await open(`/admin/clients/${anna}`)
  const [ledger = ''] = /Бонусы: все операции.*?<\/table>/s.exec(page) ?? []
  expect(
    ledger.match(new RegExp(`<a href="/admin/bookings/${visit}">\\s*Стоунтерапия, 15\\.09\\.2026 12:00`, 'g')),
  ).toHaveLength(1)
})

test('all visits of a client are a list of their own, which the filters keep', async () => {
  const { anna, open } = await salon()
  const card = await open(`/admin/clients/${anna}`)
  expect(card).toContain(`href="/admin/bookings?user_id=${anna}"`)
  const list = await open(`/admin/bookings?user_id=${anna}`)
  expect(readable(list)).toMatch(/Клиент: Анна Котова · Все клиенты/)
  expect(readable(list)).toContain('Стоунтерапия')
  expect(readable(list)).not.toContain('Стрижка')
  expect(list).toContain(`<input type="hidden" name="user_id" value="${anna}"`)
})

test('writing bonuses off is offered where there are any, and a visit that takes them', async () => {
  const { anna, visit, open } = await salon()
  const ways = async () => [
    (await open(`/admin/clients/${anna}`)).includes(`/admin/clients/${anna}/write-off`),
    (await open(`/admin/bookings/${visit}`)).includes(`/admin/clients/${anna}/write-off`),
  ]
  expect(await ways()).toEqual([false, false])
  await giveBonuses(anna, 100)
  expect(await ways()).toEqual([true, true])
  await row("update bookings set status = 'no_show' where id = ? returning id", visit)
  expect(await ways()).toEqual([true, false])
})
