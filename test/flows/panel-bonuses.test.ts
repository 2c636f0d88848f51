import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../src/platform/time.ts'
import { lastAudit, startOffice } from '../support/office.ts'
import { type Browser, gzipped, hidden, readable, signIn } from '../support/panel.ts'
import { addBooking, addUser, balanceOf, giveBonuses, row, rows } from '../support/salon.ts'
import { ADMIN, NOON, type World } from '../support/world.ts'

const entriesOf = (userId: number) =>
  rows<{ id: number; points: number }>(
    "select id, points from bonus_entries where user_id = ? and kind = 'spend'",
    userId,
  )

/** Anna, who has 1,000 points. */
async function anna(): Promise<number> {
  const id = await addUser({ name: 'Анна', surname: 'Котова', code: 'ABC12345', phone: '+79000000001' })
  await giveBonuses(id, 1000)
  return id
}

const locationOf = (answer: Response): string => {
  expect(answer.status).toBe(303)
  return answer.headers.get('location') ?? ''
}

/** From the code to the page that asks once more; gives what its form sends. */
async function check(browser: Browser, code: string, fields: Record<string, string>) {
  const found = locationOf(await browser.open(`/admin/write-off?code=${encodeURIComponent(code)}`))
  const form = locationOf(await browser.open(found))
  const page = await (await browser.open(`${form}&${new URLSearchParams(fields)}`)).text()
  const sent = { key: hidden(page, 'key'), amount: hidden(page, 'amount'), reason: hidden(page, 'reason') }
  return { path: found, form, page, sent: { ...sent, visit: hidden(page, 'visit') } }
}

describe('writing bonuses off by code', () => {
  test('asks once more, writes off and shows a receipt', async () => {
    const world = startOffice()
    const id = await anna()
    const browser = await signIn(world, 'desk')
    const { path, page, sent } = await check(browser, 'авс 12345', { amount: '300', reason: 'Массаж' })
    expect(path).toBe(`/admin/clients/${id}/write-off`)
    expect(readable(page)).toMatch(/Списать 300 бонусов у клиента Анна Котова\? .*Останется 700 бонусов/)
    expect((await balanceOf(id)).balance).toBe(1000)

    const receipt = await browser.open(locationOf(await browser.send(path, sent)))
    const text = readable(await receipt.text())
    expect(text).toMatch(/Готово\..*Лотос.*Анна Котова ABC12345.*−300.*700 бонусов.*Массаж.*Ольга/)
    expect(await balanceOf(id)).toEqual({ balance: 700, sum: 700 })
    expect(await lastAudit()).toMatchObject({ action: 'bonuses.spend', role: 'desk', entity_id: String(id) })
  })

  test('happens once, however often the button is pressed', async () => {
    const world = startOffice()
    const id = await anna()
    const browser = await signIn(world)
    const { path, sent } = await check(browser, 'ABC12345', { amount: '300', reason: 'Массаж' })
    const answers = await Promise.all([browser.send(path, sent), browser.send(path, sent), browser.send(path, sent)])
    const [entry] = await entriesOf(id)
    expect(answers.map(locationOf).map((place) => place.split('?')[0])).toEqual(
      Array.from({ length: 3 }, () => `/admin/receipts/${entry?.id}`),
    )
    expect((await entriesOf(id)).length).toBe(1)
    expect((await balanceOf(id)).balance).toBe(700)
  })

  test('coming back to the form shows the receipt of what was done with it', async () => {
    const world = startOffice()
    await anna()
    const browser = await signIn(world)
    const { path, form, sent } = await check(browser, 'ABC12345', { amount: '300', reason: 'Массаж' })
    const receipt = locationOf(await browser.send(path, sent)).split('?')[0]
    const back = locationOf(await browser.open(form))
    expect(back).toBe(`${receipt}?done=again`)
    expect(readable(await (await browser.open(back)).text())).toContain('Второй раз ничего не произошло')
    // A form opened anew is another request.
    expect(locationOf(await browser.open(path))).not.toBe(form)
  })

  test('is still done after the client was merged into another one', async () => {
    const world = startOffice()
    const id = await anna()
    const kept = await addUser({ name: 'Анна', surname: 'Котова', code: 'XTP12345' })
    const bookingId = await addBooking({ userId: id, status: 'confirmed', startsAt: NOON, serviceName: 'Стоунтерапия' })
    const browser = await signIn(world)
    const { path, form, sent } = await check(browser, 'ABC12345', { amount: '300', reason: 'Массаж' })
    const whole = { ...sent, visit: String(bookingId) }
    const receipt = locationOf(await browser.send(path, whole)).split('?')[0] ?? ''
    const merged = await world.call('POST', `/api/v1/admin/users/${id}/merge`, {
      as: ADMIN,
      headers: { 'idempotency-key': 'merge-anna' },
      body: { into: kept },
    })
    expect(merged.status).toBe(200)

    expect(locationOf(await browser.open(form))).toBe(`${receipt}?done=again`)
    expect(locationOf(await browser.send(path, whole))).toBe(`${receipt}?done=again`)
    expect(readable(await (await browser.open(receipt)).text())).toMatch(/XTP12345.*−300.*Стоунтерапия/)
    const call = (reason: string) =>
      world.call('POST', '/api/v1/admin/bonuses/spend', {
        as: ADMIN,
        headers: { 'idempotency-key': sent.key },
        body: { code: 'ABC12345', amount: 300, reason, booking_id: bookingId },
      })
    const again = await call('Массаж')
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true'])
    expect((await call('Другое')).status).toBe(422)
    expect((await balanceOf(kept)).balance).toBe(700)
    expect(await rows("select 1 from bonus_entries where kind = 'spend'")).toHaveLength(1)
  })

  test('of another client is not shown for the key of it', async () => {
    const world = startOffice()
    await anna()
    const other = await addUser({ name: 'Ольга', code: 'XTP12345' })
    const browser = await signIn(world)
    const { path, sent } = await check(browser, 'ABC12345', { amount: '300', reason: 'Массаж' })
    await browser.send(path, sent)
    const own = `/admin/clients/${other}/write-off`
    const fresh = locationOf(await browser.open(`${own}?key=${sent.key}`))
    expect(fresh).toMatch(new RegExp(`^${own}\\?key=`))
    expect(fresh).not.toContain(sent.key)
  })

  test('with the same form and another sum is refused', async () => {
    const world = startOffice()
    const id = await anna()
    const browser = await signIn(world)
    const { path, sent } = await check(browser, 'ABC12345', { amount: '300', reason: 'Массаж' })
    await browser.send(path, sent)
    const answer = await browser.send(path, { ...sent, amount: '200' })
    expect(answer.status).toBe(422)
    expect((await balanceOf(id)).balance).toBe(700)
  })

  test('of more than there is are refused before anybody is asked, with the balance beside the sum', async () => {
    const world = startOffice()
    const id = await anna()
    const browser = await signIn(world)
    for (const [way, amount] of [
      ['write-off', '1 001'],
      ['adjust', '−1001'],
    ] as const) {
      const query = new URLSearchParams({ key: 'some-key-1', amount, reason: 'Массаж' })
      const answer = await browser.open(`/admin/clients/${id}/${way}?${query}`)
      expect([answer.status, await answer.text()]).toEqual([
        409,
        expect.stringMatching(/id="amount-error">На балансе только 1.000 бонусов</),
      ])
    }
  })

  test('says in words why it cannot be, and keeps what was typed', async () => {
    const world = startOffice()
    const id = await anna()
    const browser = await signIn(world)
    const { path, sent } = await check(browser, 'ABC12345', { amount: '1 000', reason: 'Массаж' })
    await giveBonuses(id, -1)
    const answer = await browser.send(path, sent)
    const page = await answer.text()
    expect(answer.status).toBe(409)
    expect(readable(page)).toContain('Недостаточно бонусов')
    expect(page).toContain('value="1 000"')
    expect((await balanceOf(id)).balance).toBe(999)
  })

  test.each([
    [{ amount: '0', reason: 'x' }, 'amount'],
    [{ amount: '-5', reason: 'x' }, 'amount'],
    [{ amount: '1.5', reason: 'x' }, 'amount'],
    [{ amount: '1000001', reason: 'x' }, 'amount'],
    [{ amount: '', reason: 'x' }, 'amount'],
    [{ amount: '5', reason: '  ' }, 'reason'],
  ])('%j is told beside the field', async (fields, wrong) => {
    const world = startOffice()
    const id = await anna()
    const browser = await signIn(world)
    const form = locationOf(await browser.open(`/admin/clients/${id}/write-off`))
    const answer = await browser.open(`${form}&${new URLSearchParams(fields)}`)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toMatch(
      new RegExp(`id="${wrong}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*${wrong}-error`),
    )
    const key = new URL(form, 'http://spa.test').searchParams.get('key') ?? ''
    expect((await browser.send(`/admin/clients/${id}/write-off`, { ...fields, key })).status).toBe(422)
    expect((await balanceOf(id)).balance).toBe(1000)
  })

  test('may be for a visit, which is chosen already if it is of today', async () => {
    const world = startOffice()
    const id = await anna()
    const visit = await addBooking({ userId: id, status: 'confirmed', startsAt: NOON, priceKopecks: 100_000 })
    await addBooking({ userId: id, status: 'completed', startsAt: NOON - DAY_MS, priceKopecks: 100_000 })
    const browser = await signIn(world)
    const form = locationOf(await browser.open(`/admin/clients/${id}/write-off`))
    expect(await (await browser.open(form)).text()).toContain(`<option value="${visit}" selected="">`)
    const { path, sent } = await check(browser, 'ABC12345', { amount: '300', reason: 'Массаж', visit: String(visit) })
    expect(readable(await (await browser.open(locationOf(await browser.send(path, sent)))).text())).toContain(
      '15.09.2026 12:00, Массаж',
    )
    expect(await row('select spent_bonuses_points as spent from bookings where id = ?', visit)).toEqual({ spent: 300 })
  })

  test('knows no unknown code', async () => {
    const answer = await (await signIn(startOffice())).open('/admin/write-off?code=XYZ00000')
    expect(answer.status).toBe(404)
    expect(readable(await answer.text())).toContain('Клиента с таким кодом нет')
  })

  test('by the desk stops at the limit of the day', async () => {
    const world = startOffice({ deskDailySpendPoints: 200 })
    const id = await anna()
    const browser = await signIn(world, 'desk')
    const { path, sent } = await check(browser, 'ABC12345', { amount: '201', reason: 'Массаж' })
    const answer = await browser.send(path, sent)
    expect([answer.status, readable(await answer.text())]).toEqual([
      409,
      expect.stringContaining('Дневной лимит списаний исчерпан'),
    ])
    expect((await balanceOf(id)).balance).toBe(1000)
  })
})

describe('adjusting bonuses', () => {
  test.each([
    ['250', /Начислить 250 бонусов/, 1250],
    ['−50', /Снять 50 бонусов/, 950],
  ])('by %s points is for managers and leaves a receipt', async (amount, question, balance) => {
    const world = startOffice()
    const id = await anna()
    const path = `/admin/clients/${id}/adjust`
    expect((await (await signIn(world, 'desk')).open(path)).status).toBe(403)
    const browser = await signIn(world, 'manager')
    const form = locationOf(await browser.open(path))
    const page = await (await browser.open(`${form}&${new URLSearchParams({ amount, reason: 'Извинение' })}`)).text()
    expect(readable(page)).toMatch(question)
    const sent = { key: hidden(page, 'key'), amount: hidden(page, 'amount'), reason: 'Извинение' }
    expect((await browser.open(locationOf(await browser.send(path, sent)))).status).toBe(200)
    expect(await balanceOf(id)).toEqual({ balance, sum: balance })
  })
})

describe("a client's card", () => {
  const cardOf = async (world: World, id: number, query = '') =>
    await (await (await signIn(world)).open(`/admin/clients/${id}${query}`)).text()

  test('shows code, QR, balance, way to the next level, visits and every entry with its arithmetic', async () => {
    const world = startOffice()
    const id = await anna()
    await addBooking({ userId: id, status: 'completed', priceKopecks: 514_750, serviceName: 'Стоун-массаж' })
    await world.ctx.ledgerOf(id).settle()
    const page = await cardOf(world, id)
    const text = readable(page)
    for (const shown of ['ABC12345', '+79000000001', 'Стоун-массаж', 'Ручная корректировка: тест', 'завершено 1']) {
      expect(text).toContain(shown)
    }
    expect(text).toMatch(/Кэшбэк за визит: \d+ % от 5\s147,50\s₽/)
    expect(text).toMatch(/До уровня «[^»]+» \(\d+ %\) осталось/)
    expect(page).toMatch(/<progress value="514750" max="\d+"/)
    expect(page).toMatch(/<svg class="qr"[^>]*><path d="M2 2h7v1h-7z/)
  })

  test('leads the desk to writing off and not to what it may not do', async () => {
    const world = startOffice()
    const id = await anna()
    const page = await (await (await signIn(world, 'desk')).open(`/admin/clients/${id}`)).text()
    expect(page).toContain(`href="/admin/clients/${id}/write-off"`)
    expect(page).not.toContain('/adjust')
  })

  test('goes through the whole ledger', async () => {
    const world = startOffice()
    const id = await addUser({ name: 'Анна' })
    for (let points = 1; points <= 25; points++) await giveBonuses(id, points)
    const first = await cardOf(world, id)
    const [, before] = /href="[^"]*\?before=(\d+)"/.exec(first) ?? []
    const browser = await signIn(startOffice(), 'manager')
    const second = await (await browser.open(`/admin/clients/${id}?before=${before}`)).text()
    const points = (page: string) => [...page.matchAll(/class="plus">\+(\d+)</g)].map(([, value]) => Number(value))
    expect([...points(first), ...points(second)]).toEqual(Array.from({ length: 25 }, (_, i) => 25 - i))
  })

  test('of nobody is not found', async () => {
    const browser = await signIn(startOffice())
    for (const id of ['999', '0', 'x', '1e400']) expect((await browser.open(`/admin/clients/${id}`)).status).toBe(404)
  })

  test('shows what was written about him as text', async () => {
    const world = startOffice()
    const script = '<script>alert(1)</script>'
    const id = await addUser({ name: script, code: 'ABC12345' })
    await addBooking({ userId: id, status: 'confirmed', startsAt: NOON, serviceName: script })
    const browser = await signIn(world)
    const path = `/admin/clients/${id}/adjust`
    const form = locationOf(await browser.open(path))
    const check = await (await browser.open(`${form}&${new URLSearchParams({ amount: '5', reason: script })}`)).text()
    const sent = { key: hidden(check, 'key'), amount: '5', reason: script }
    const receipt = await (await browser.open(locationOf(await browser.send(path, sent)))).text()
    for (const page of [check, receipt, await (await browser.open(`/admin/clients/${id}`)).text()]) {
      expect(page).toContain('&lt;script&gt;')
      expect(page).not.toContain('<script>alert')
    }
  })

  test('fits twelve kilobytes with the longest texts', async () => {
    const world = startOffice()
    const id = await addUser({ name: 'Александра', code: 'ABC12345', phone: '+79000000001' })
    for (let i = 0; i < 12; i++) {
      const serviceName = `Аюрведический массаж всего тела с тёплым маслом и травами № ${i}`
      await addBooking({ userId: id, status: 'completed', priceKopecks: 1_234_567 + i, serviceName })
    }
    await world.ctx.ledgerOf(id).settle()
    for (let i = 0; i < 20; i++) await giveBonuses(id, 1000 + i)
    expect(await gzipped(await cardOf(world, id))).toBeLessThan(12_000)
  })
})
