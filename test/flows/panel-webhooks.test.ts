import { describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../src/platform/time.ts'
import { lastAudit, startOffice } from '../support/office.ts'
import { type Browser, gzipped, hidden, locationOf, readable, signIn } from '../support/panel.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { NOON, type World } from '../support/world.ts'

const SCRIPT = '<script>alert(1)</script>'
const open = async (browser: Browser, path: string) => await (await browser.open(path)).text()

/** A salon in which so many visits were booked, each with one webhook that was handled. */
async function startSalon(visits = 1) {
  const world = startOffice()
  await openSalon(world)
  const userId = await addUser({ name: 'Аглая', phone: '+79160000000' })
  const records = Array.from({ length: visits }, (_, index) =>
    world.sim.createRecord({
      staffId: MARIA,
      services: [{ id: MASSAGE, cost: 1000 }],
      client: { name: SCRIPT, phone: '+79160000000' },
      startsAt: NOON + (index + 1) * HOUR_MS,
      comment: `Аллергия на розмарин ${SCRIPT}`,
    }),
  )
  await arrive(world)
  return { world, userId, records: records.map(({ id }) => id) }
}

async function arrive(world: World) {
  await world.deliverWebhooks()
  await world.drain()
}

/** Something happens to a record of which no webhook comes. */
function completeUnheard(world: World, recordId: number) {
  world.sim.complete(recordId)
  world.sim.webhooks.clear()
}

const addEvent = (id: string, fields: Record<string, string | number> = {}) => {
  const event = { id, received_at: NOON, resource: 'record', verdict: 'unchanged', ...fields }
  const names = Object.keys(event)
  return rows(
    `insert into webhook_events (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    ...Object.values(event),
  )
}

const eventsOf = (page: string) => [...page.matchAll(/\/admin\/sync\/events\/([^"?]+)"/g)].map(([, id]) => id)

describe('the flight recorder', () => {
  test('shows an event from what it said to the bonuses that followed, and nobody’s name', async () => {
    const { world, userId, records } = await startSalon()
    world.clock.now += HOUR_MS
    world.sim.complete(records[0] ?? 0)
    await arrive(world)
    const browser = await signIn(world, 'manager')
    const list = await open(browser, `/admin/sync/events?resource=record&record=${records[0]}`)
    expect(readable(list)).toMatch(
      /15\.09\.2026 13:00 запись \d+, изменена визит изменён № \d+ .*12:00 .* создан визит/,
    )

    const page = await open(browser, `/admin/sync/events/${eventsOf(list)[0]}`)
    const text = readable(page)
    expect(text).toMatch(/Статус ожидает завершён/)
    expect(text).toMatch(/Отметка о приходе 0 1/)
    expect(text).toMatch(/кэшбэк \+\d+/)
    expect(page).toContain(`href="/admin/clients/${userId}"`)
    expect(text).toContain('&quot;attendance&quot;: 1')
    for (const id of eventsOf(list)) {
      expect(await open(browser, `/admin/sync/events/${id}`)).not.toMatch(/alert|розмарин|9160000000|Аглая/)
    }
  })

  test('is looked through by verdict, resource, number, visit and time of the salon', async () => {
    const world = startOffice()
    await addEvent('a', { verdict: 'parked', resource_id: 1 })
    await addEvent('b', { resource: 'client', resource_id: 2 })
    await addEvent('c', { received_at: NOON + HOUR_MS })
    const { id: bookingId } = await row<{ id: number }>(
      `insert into bookings (client_match, source, status, yclients_company_id, yclients_record_id, service_name,
        price_kopecks, duration_minutes, items, starts_at, ends_at, created_at, updated_at)
      values ('none', 'yclients', 'pending', 235564, 77, 'Массаж', 1, 60, '[]', 0, 3600000, 0, 0) returning id`,
    )
    await addEvent('d', { resource_id: 77, booking_id: bookingId })
    const browser = await signIn(world, 'manager')
    const found = async (query: string) => eventsOf(await open(browser, `/admin/sync/events?${query}`)).sort()
    expect(await found('')).toEqual(['a', 'b', 'c', 'd'])
    expect(await found('verdict=parked')).toEqual(['a'])
    expect(await found('resource=client&verdict=&record=')).toEqual(['b'])
    expect(await found('record=1')).toEqual(['a'])
    expect(await found(`booking=${bookingId}`)).toEqual(['d'])
    expect(await found('from=2026-09-15T13:00')).toEqual(['c'])
    expect(await found('to=2026-09-15T12:30&from=2026-09-15T11:30')).toEqual(['a', 'b', 'd'])
  })

  test.each(['verdict', 'record', 'booking', 'from', 'to'])('says beside %s that it is not one', async (field) => {
    const answer = await (await signIn(startOffice(), 'manager')).open(`/admin/sync/events?${field}=x`)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`))
  })

  test('goes back through all events, keeping the filter', async () => {
    const world = startOffice()
    for (let i = 10; i < 35; i++) await addEvent(`e${i}`)
    await addEvent('other', { resource: 'client' })
    const browser = await signIn(world, 'manager')
    const first = await open(browser, '/admin/sync/events?resource=record')
    const [, next = ''] = /href="(\/admin\/sync\/events\?[^"]*cursor=[^"]*)"/.exec(first) ?? []
    const second = await open(browser, next.replaceAll('&amp;', '&'))
    expect([...eventsOf(first), ...eventsOf(second)]).toEqual(Array.from({ length: 25 }, (_, i) => `e${34 - i}`))
  })

  test('knows no event that never came', async () => {
    expect((await (await signIn(startOffice())).open('/admin/sync/events/none')).status).toBe(404)
  })

  test('shows odd words of YClients as text', async () => {
    const world = startOffice()
    await addEvent('x', { resource: SCRIPT, status: SCRIPT, error: SCRIPT, body: JSON.stringify(SCRIPT) })
    const browser = await signIn(world)
    for (const path of ['/admin/sync/events', '/admin/sync/events/x', `/admin/sync/replay?event=${SCRIPT}`]) {
      const page = await open(browser, path)
      expect(page).toContain('&lt;script&gt;')
      expect(page).not.toContain('<script>alert')
    }
  })

  test('fits twelve kilobytes on a full page', async () => {
    const world = startOffice()
    for (let i = 0; i < 21; i++) {
      const id = crypto.randomUUID()
      await addEvent(id, {
        received_at: NOON + i * 61_000,
        resource_id: 1e9 + i * 7919,
        error: `yclients_unavailable_${i}`,
      })
    }
    expect(await gzipped(await open(await signIn(world), '/admin/sync/events'))).toBeLessThan(12_000)
  })
})

describe('a replay', () => {
  const look = async (browser: Browser, fields: Record<string, string>) =>
    await browser.send('/admin/sync/replay', { step: 'look', ...fields })

  test('shows first what would change, and does it only when confirmed', async () => {
    const { world, records } = await startSalon(2)
    completeUnheard(world, records[0] ?? 0)
    const browser = await signIn(world, 'manager')
    const range = { from: '2026-09-15T11:00', to: '2026-09-15T13:00', verdict: '' }
    const preview = await look(browser, range)
    const page = await preview.text()
    expect(preview.status).toBe(200)
    expect(readable(page)).toMatch(/Это проба: пока ничего не изменено\..*Записей прочитать 2/)
    expect(readable(page)).toMatch(/визит изменится Статус: ожидает → завершён/)
    expect(page).not.toMatch(/розмарин|alert/)
    expect(await rows("select id from bookings where status = 'completed'")).toEqual([])
    expect(world.queued).toEqual([])

    const names = ['step', 'from', 'to', 'verdict']
    const sent = Object.fromEntries(names.map((name) => [name, hidden(page, name)]))
    expect(sent).toEqual({ ...range, step: 'send' })
    const list = locationOf(await browser.send('/admin/sync/replay', sent))
    expect(readable(await open(browser, list))).toContain('Отправлено в очередь')
    await world.drain()
    expect(await rows("select id from bookings where status = 'completed'")).toHaveLength(1)
    expect(await lastAudit()).toMatchObject({ action: 'webhook_events.replay', after: { dry_run: false, records: 2 } })
  })

  test('of one event begins on its page', async () => {
    const { world, records } = await startSalon(2)
    for (const record of records) completeUnheard(world, record)
    const browser = await signIn(world, 'manager')
    const [event = ''] = eventsOf(await open(browser, `/admin/sync/events?record=${records[0]}`))
    const [, link = ''] =
      /href="(\/admin\/sync\/replay\?event=[^"]*)"/.exec(await open(browser, `/admin/sync/events/${event}`)) ?? []
    const form = await open(browser, link)
    const page = await (await look(browser, { event: hidden(form, 'event') })).text()
    expect(readable(page)).toMatch(/Записей прочитать 1/)
    await browser.send('/admin/sync/replay', { step: 'send', event: hidden(page, 'event') })
    await world.drain()
    const completed = await rows("select yclients_record_id as id from bookings where status = 'completed'")
    expect(completed).toEqual([{ id: records[0] }])
  })

  test.each([
    [{ from: 'x', to: '2026-09-15T13:00' }, 'from'],
    [{ from: '2026-09-15T13:00', to: '' }, 'to'],
    [{ from: '2026-09-15T13:00', to: '2026-09-15T13:00' }, 'to'],
    [{ from: '2026-09-15T12:00', to: '2026-09-15T13:00', verdict: 'x' }, 'verdict'],
  ])('of %j says what is wrong and keeps what was typed', async (fields, wrong) => {
    const { world } = await startSalon()
    const answer = await look(await signIn(world, 'manager'), fields)
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toMatch(new RegExp(`id="${wrong}"[^>]*aria-invalid="true"`))
    expect(page).toContain('value="2026-09-15T13:00"')
  })

  test('is refused in words while YClients is switched off', async () => {
    const { yclients } = startOffice().ctx.config
    const browser = await signIn(startOffice({ yclients: { ...yclients, enabled: false } }), 'manager')
    const answer = await look(browser, { event: 'x' })
    expect([answer.status, readable(await answer.text())]).toEqual([409, expect.stringContaining('выключена')])
  })

  test('fits twelve kilobytes with as many records as are looked at', async () => {
    const { world, records } = await startSalon(22)
    for (const record of records) completeUnheard(world, record)
    const browser = await signIn(world, 'manager')
    const page = await (await look(browser, { from: '2026-09-15T11:00', to: '2026-09-15T13:00' })).text()
    expect(readable(page)).toContain('Посмотрели 20 из 22')
    expect(await gzipped(page)).toBeLessThan(12_000)
  })
})

describe('parked work', () => {
  const park = (key: string, message: object, reason = 'yclients_unavailable_502') =>
    row<{ id: number }>(
      'insert into parked_work (key, message, reason, parked_at) values (?, ?, ?, ?) returning id',
      key,
      JSON.stringify(message),
      reason,
      NOON,
    )

  test('says in words what did not work and what to do, and leads there', async () => {
    const world = startOffice()
    const userId = await addUser()
    await park(`settle:${userId}`, { kind: 'settle', userId }, 'settling failed')
    await park('webhook:e1', {}, 'the record lacks what a booking needs')
    await park('channel:sms', {}, 'smsru_203: No money')
    const page = await open(await signIn(world, 'manager'), '/admin/sync/parked')
    const text = readable(page)
    expect(page).toContain(`href="/admin/clients/${userId}"`)
    expect(page).toContain('href="/admin/sync/events/e1"')
    expect(text).toMatch(/Слишком много неудачных попыток Повторите;.*15\.09\.2026 12:00/)
    expect(text).toMatch(/В записи YClients нет услуги или времени Дополните запись/)
    // Codes are not kept, so there is nothing to send again.
    expect(page.match(/value="replay"/g)).toHaveLength(2)
    expect(page.match(/value="dismiss"/g)).toHaveLength(3)
  })

  test('is replayed once, and gone from the list', async () => {
    const world = startOffice()
    const userId = await addUser()
    const { id } = await park(`settle:${userId}`, { kind: 'settle', userId })
    const browser = await signIn(world, 'manager')
    const sent = { id: String(id), action: 'replay' }
    const list = await open(browser, locationOf(await browser.send('/admin/sync/parked', sent)))
    expect(readable(list)).toMatch(/Отправлено ещё раз.*Ничего не отложено/)
    expect(world.queued.map(({ body }) => body)).toEqual([{ kind: 'settle', userId }])
    const again = await browser.send('/admin/sync/parked', sent)
    expect([again.status, readable(await again.text())]).toEqual([409, expect.stringContaining('уже отправлено')])
    expect(world.queued).toHaveLength(1)
  })

  test('is dismissed without being sent', async () => {
    const world = startOffice()
    const { id } = await park('alarm:codes:guessed', { kind: 'alarm' }, 'unusually many wrong one-time codes today')
    const browser = await signIn(world, 'manager')
    expect(readable(await open(browser, '/admin/sync/parked'))).toContain('кто-то подбирает')
    locationOf(await browser.send('/admin/sync/parked', { id: String(id), action: 'dismiss' }))
    expect(world.queued).toEqual([])
    expect(await lastAudit()).toMatchObject({ action: 'parked_work.dismiss', role: 'manager' })
  })

  test.each([{ id: 'x', action: 'replay' }, { id: '1', action: 'delete' }, {}])('%j is refused', async (fields) => {
    const world = startOffice()
    await park('catalog', { kind: 'sync-catalog' })
    const answer = await (await signIn(world, 'manager')).send('/admin/sync/parked', { ...fields })
    expect(answer.status).toBe(422)
    expect(world.queued).toEqual([])
  })

  test('goes on to the next page, shows odd reasons as text and stays small', async () => {
    const world = startOffice()
    for (let i = 0; i < 21; i++)
      await park(`unreadable:${crypto.randomUUID()}`, {}, `${SCRIPT} ${crypto.randomUUID()} `.repeat(4))
    const browser = await signIn(world)
    const page = await open(browser, '/admin/sync/parked')
    expect(page).not.toContain('<script>alert')
    expect(await gzipped(page)).toBeLessThan(12_000)
    const [, next = ''] = /href="(\/admin\/sync\/parked\?after=\d+)"/.exec(page) ?? []
    expect((await open(browser, next)).match(/value="dismiss"/g)).toHaveLength(1)
  })
})
