import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { lastAudit, startOffice } from '../support/office.ts'
import { openOwnSalon } from '../support/own-salon.ts'
import { type Browser, gzipped, hidden, readable, signIn } from '../support/panel.ts'
import { MARIA, openSalon, row, rows } from '../support/salon.ts'

const SCRIPT = '<script>alert(1)</script>'
const LONG = 'Аюрведический массаж всего тела с тёплым маслом и травами'

async function office() {
  const world = startOffice()
  const browser = await signIn(world, 'manager')
  const read = async (path: string) => await (await browser.open(path)).text()
  return { world, browser, read }
}

/** What a page's first form that posts to this path would send, as it stands. */
function formOf(page: string, path: string): Record<string, string> {
  const form =
    page.split('<form').find((part) => part.includes(`action="${path}"`) && part.includes('method="post"')) ?? ''
  const unescaped = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  const fields: Record<string, string> = {}
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const at = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]
    if (at('type') === 'checkbox' && !tag.includes('checked')) continue
    fields[at('name') ?? ''] = unescaped(at('value') ?? '')
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
    fields[name] = /<option value="([^"]*)" selected/.exec(options)?.[1] ?? ''
  }
  // A browser leaves the first line break out and sends the others as of old.
  for (const [, name = '', text = ''] of form.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>(.*?)<\/textarea>/gs)) {
    fields[name] = unescaped(text.replace(/^\n/, '')).replaceAll('\n', '\r\n')
  }
  return fields
}

const send = async (browser: Browser, path: string, change: Record<string, string>) =>
  await browser.send(path, { ...formOf(await (await browser.open(path)).text(), path), ...change })

describe('services', () => {
  test('are made with the rules that they have by default', async () => {
    const { browser, read } = await office()
    const made = await send(browser, '/admin/catalog/services/new', {
      name: 'Массаж',
      price: '5 147,50',
      duration: '60',
    })
    const { id } = await row<{ id: number }>('select id from services')
    expect([made.status, made.headers.get('location')]).toEqual([303, `/admin/catalog/services/${id}?done=created`])
    expect(
      await row(
        'select name, price_kopecks, duration_minutes, slot_step_minutes, min_notice_minutes, horizon_days, active from services',
      ),
    ).toEqual({
      name: 'Массаж',
      price_kopecks: 514_750,
      duration_minutes: 60,
      slot_step_minutes: 30,
      min_notice_minutes: 60,
      horizon_days: 60,
      active: 1,
    })
    expect(readable(await read('/admin/catalog'))).toMatch(/Массаж.*5\s147,50\s₽ 60 мин здесь не привязана/)
    expect(await lastAudit()).toMatchObject({ action: 'service.create', role: 'manager' })
  })

  test('saved as they are change nothing, line breaks included', async () => {
    const { browser } = await office()
    const { serviceId } = await openOwnSalon()
    await env.DB.prepare('update services set description = ?, price_kopecks = 514750 where id = ?')
      .bind('\nОдин\nДва "три" <b>', serviceId)
      .run()
    const before = await row('select * from services')
    const path = `/admin/catalog/services/${serviceId}`
    expect((await send(browser, path, {})).status).toBe(303)
    // Blanks around a text are never kept.
    expect(await row('select trim(description, char(10)) as d from services')).toEqual({ d: 'Один\nДва "три" <b>' })
    expect({ ...(await row('select * from services')), description: 0, updated_at: 0 }).toEqual({
      ...before,
      description: 0,
      updated_at: 0,
    })
  })

  test('are changed and switched off', async () => {
    const { browser, read } = await office()
    const { serviceId } = await openOwnSalon()
    const path = `/admin/catalog/services/${serviceId}`
    const fields = formOf(await read(path), path)
    const { active: _, ...switchedOff } = fields
    await browser.send(path, {
      ...switchedOff,
      price: '900',
      step: '15',
      bufferAfter: '10',
      notice: '0',
      horizon: '30',
    })
    expect(
      await row(
        'select price_kopecks as price, slot_step_minutes as step, buffer_after_minutes as buffer, min_notice_minutes as notice, horizon_days as horizon, active from services',
      ),
    ).toEqual({
      price: 90_000,
      step: 15,
      buffer: 10,
      notice: 0,
      horizon: 30,
      active: 0,
    })
    expect(readable(await read('/admin/catalog'))).toContain('выключена')
  })

  test.each([
    [{ name: '  ' }, 'name'],
    [{ price: '-5' }, 'price'],
    [{ price: 'дорого' }, 'price'],
    [{ duration: '0' }, 'duration'],
    [{ step: '4' }, 'step'],
    [{ horizon: '731' }, 'horizon'],
    [{ notice: '1.5' }, 'notice'],
    [{ yclientsId: 'x' }, 'yclientsId'],
  ])('with %j say beside the field what is wrong, and keep what was typed', async (change, wrong) => {
    const { browser } = await office()
    const { serviceId } = await openOwnSalon()
    const before = await rows('select * from services')
    const answer = await send(browser, `/admin/catalog/services/${serviceId}`, { description: 'Новое', ...change })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toMatch(new RegExp(`id="${wrong}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*${wrong}-error"`))
    expect(page).toContain('Новое')
    expect(await rows('select * from services')).toEqual(before)
  })

  test('that cannot be booked anywhere, or are linked twice, are refused in words', async () => {
    const { browser } = await office()
    const { serviceId } = await openOwnSalon()
    await row(
      "insert into services (name, price_kopecks, duration_minutes, yclients_service_id) values ('x', 1, 1, 77) returning id",
    )
    const path = `/admin/catalog/services/${serviceId}`
    for (const [change, said] of [
      [{ method: 'yclients' }, 'Услуга не привязана к YClients'],
      [{ yclientsId: '77' }, 'уже привязан'],
    ] as const) {
      const answer = await send(browser, path, change)
      expect([answer.status, readable(await answer.text())]).toEqual([409, expect.stringContaining(said)])
    }
  })

  test('that somebody else has saved meanwhile are shown as they are now', async () => {
    const { browser, read } = await office()
    const { serviceId } = await openOwnSalon()
    const path = `/admin/catalog/services/${serviceId}`
    const stale = formOf(await read(path), path)
    await send(browser, path, { price: '900' })
    const late = await browser.send(path, { ...stale, duration: '90' })
    const page = await late.text()
    expect([late.status, readable(page)]).toEqual([412, expect.stringContaining('кто-то другой успел раньше')])
    expect(page).toMatch(/id="price"[^>]*value="900"/)
    expect(await row('select price_kopecks as price, duration_minutes as minutes from services')).toEqual({
      price: 90_000,
      minutes: 60,
    })
  })

  test('go by category and from page to page, and fit twelve kilobytes', async () => {
    const { read } = await office()
    const { id } = await row<{ id: number }>("insert into service_categories (name) values ('Тело') returning id")
    for (let i = 0; i < 60; i++) {
      await env.DB.prepare(
        'insert into services (name, price_kopecks, duration_minutes, category_id) values (?, ?, 60, ?)',
      )
        .bind(`${LONG} № ${i}`, 100_000 + i * 1234, i < 50 ? id : null)
        .run()
    }
    const idsOf = (page: string) =>
      [...page.matchAll(/href="\/admin\/catalog\/services\/(\d+)"/g)].map(([, found]) => found)
    const first = await read(`/admin/catalog?category=${id}`)
    const [, next = ''] = /href="([^"]*after=[^"]*)"/.exec(first) ?? []
    const second = await read(next.replaceAll('&amp;', '&'))
    expect([idsOf(first).length, idsOf(second).length, new Set([...idsOf(first), ...idsOf(second)]).size]).toEqual([
      40, 10, 50,
    ])
    expect(await gzipped(first)).toBeLessThan(12_000)
  })
})

describe('what YClients has', () => {
  test('is taken over by the button, reported, and changed here is said to be', async () => {
    const { world, browser, read } = await office()
    const { serviceId, staffId } = await openSalon(world)
    const done = await browser.send('/admin/catalog/sync', {})
    expect([done.status, done.headers.get('location')]).toEqual([303, '/admin/catalog/sync?done=synced'])
    const report = readable(await read('/admin/catalog/sync?done=synced'))
    expect(report).toMatch(
      /Каталог обновлён.*Ольга.*изменено услуг: 1.*записано «кто что выполняет»: 1.*Всё как в YClients/,
    )

    await send(browser, `/admin/catalog/services/${serviceId}`, { price: '4000' })
    const again = await browser.send('/admin/catalog/sync', {})
    expect(again.headers.get('location')).toBe('/admin/catalog/sync?done=unchanged')
    for (const path of ['/admin/catalog', `/admin/catalog/services/${serviceId}`]) {
      expect(readable(await read(path))).toMatch(/изменено у нас цена \(в YClients: 5\s147,50\s₽\)/)
    }
    expect(readable(await read('/admin/catalog/sync'))).toMatch(/Массаж цена 4\s000\s₽ 5\s147,50\s₽/)
    expect(readable(await read(`/admin/staff/${staffId}`))).toMatch(/Массаж из YClients/)

    await browser.send('/admin/catalog/sync', { overwrite: 'true' })
    expect(await row('select price_kopecks as price from services')).toEqual({ price: 514_750 })
    expect(readable(await read('/admin/catalog/sync'))).toContain('Всё как в YClients')
  })

  test('says in words why it cannot be had', async () => {
    const { world, browser } = await office()
    await openSalon(world)
    world.sim.knobs.forbidden = ['/services']
    const forbidden = await browser.send('/admin/catalog/sync', {})
    expect([forbidden.status, readable(await forbidden.text())]).toEqual([
      409,
      expect.stringContaining('YClients отказал'),
    ])
    world.sim.knobs.serverErrorPercent = 100
    const down = await browser.send('/admin/catalog/sync', {})
    expect([down.status, readable(await down.text())]).toEqual([503, expect.stringContaining('YClients не отвечает')])
  })
})

describe('masters', () => {
  test('are made, changed, and shown with what they do', async () => {
    const { browser, read } = await office()
    const { serviceId } = await openOwnSalon()
    const made = await send(browser, '/admin/staff/new', { name: 'Мария', specialization: 'Массажист' })
    const { id } = await row<{ id: number }>("select id from staff where name = 'Мария'")
    expect(made.headers.get('location')).toBe(`/admin/staff/${id}?done=created`)
    const path = `/admin/staff/${id}`
    expect(await read('/admin/staff')).toContain(`href="${path}/schedule"`)
    await browser.send(path, { action: 'service', service: String(serviceId), price: '1 200', minutes: '' })
    const termsOf = () =>
      rows('select price_kopecks as price, duration_minutes as minutes from staff_services where staff_id = ?', id)
    expect(await termsOf()).toEqual([{ price: 120_000, minutes: null }])
    const page = await read(path)
    expect(page).toMatch(/name="price" value="1200" maxlength="15" aria-label="Цена, ₽: Услуга \d+"/)
    await browser.send(path, { action: 'service', service: String(serviceId), price: '', minutes: '90' })
    expect(await termsOf()).toEqual([{ price: null, minutes: 90 }])
    const wrong = await browser.send(path, { action: 'service', service: String(serviceId), price: 'x', minutes: '' })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining(`id="terms-${serviceId}-error"`)])
    await browser.send(path, { action: 'remove', service: String(serviceId) })
    expect(await termsOf()).toEqual([])
    expect((await browser.send(path, { action: 'remove', service: String(serviceId) })).status).toBe(404)

    const { active: _, ...gone } = formOf(await read(path), path)
    await browser.send(path, { ...gone, name: 'Мария Образцова' })
    expect(await row('select name, active from staff where id = ?', id)).toEqual({ name: 'Мария Образцова', active: 0 })
  })

  test('that somebody else has saved meanwhile, or are linked twice, are refused in words', async () => {
    const { browser, read } = await office()
    const { staffIds } = await openOwnSalon({ masters: 2 })
    const path = `/admin/staff/${staffIds[0]}`
    const stale = formOf(await read(path), path)
    await send(browser, path, { yclientsId: String(MARIA) })
    expect((await browser.send(path, stale)).status).toBe(412)
    const taken = await send(browser, `/admin/staff/${staffIds[1]}`, { yclientsId: String(MARIA) })
    expect([taken.status, readable(await taken.text())]).toEqual([409, expect.stringContaining('уже привязан')])
  })

  test('keep what YClients says they do', async () => {
    const { world, browser } = await office()
    const { serviceId, staffId } = await openSalon(world)
    await browser.send('/admin/catalog/sync', {})
    const refused = await browser.send(`/admin/staff/${staffId}`, { action: 'remove', service: String(serviceId) })
    expect([refused.status, readable(await refused.text())]).toEqual([409, expect.stringContaining('измените там')])
    expect(await rows('select service_id from staff_services')).toEqual([{ service_id: serviceId }])
  })

  test('with many services fit twelve kilobytes', async () => {
    const { read } = await office()
    const { staffIds } = await openOwnSalon()
    for (let i = 0; i < 100; i++) {
      const { id } = await row<{ id: number }>(
        'insert into services (name, price_kopecks, duration_minutes) values (?, 1, 60) returning id',
        `${LONG} № ${i}`,
      )
      if (i % 2)
        await env.DB.prepare('insert into staff_services (staff_id, service_id, price_kopecks) values (?, ?, ?)')
          .bind(staffIds[0], id, i * 1234)
          .run()
    }
    expect(await gzipped(await read(`/admin/staff/${staffIds[0]}`))).toBeLessThan(12_000)
  })
})

describe('categories', () => {
  test('are made and changed', async () => {
    const { browser, read } = await office()
    const path = '/admin/catalog/categories'
    expect((await browser.send(path, { name: 'Тело', position: '5' })).headers.get('location')).toBe(
      `${path}?done=created`,
    )
    const { id } = await row<{ id: number }>('select id from service_categories')
    const stale = formOf(await read(`${path}/${id}`), `${path}/${id}`)
    await send(browser, `${path}/${id}`, { name: 'Лицо', position: '-1' })
    expect(await row('select name, position from service_categories')).toEqual({ name: 'Лицо', position: -1 })
    expect((await browser.send(`${path}/${id}`, stale)).status).toBe(412)
    for (const at of [path, `${path}/${id}`]) {
      const wrong = await browser.send(at, { name: '', position: 'x' })
      expect([wrong.status, await wrong.text()]).toEqual([
        422,
        expect.stringMatching(/id="name-error".*id="position-error"/s),
      ])
    }
  })
})

describe('a form that was sent twice', () => {
  test.each([
    ['service', '/admin/catalog/services/new', 'services', { name: 'Массаж', price: '1000', yclientsId: '501' }],
    ['master', '/admin/staff/new', 'staff', { name: 'Мария', yclientsId: '77' }],
    ['category', '/admin/catalog/categories', 'service_categories', { name: 'Для лица' }],
  ])('makes one %s, and with other input another one', async (_, path, table, fields) => {
    const { browser, read } = await office()
    const typed = { ...formOf(await read(path), path), ...fields }
    const [one, two] = await Promise.all([browser.send(path, typed), browser.send(path, typed)])
    const three = await browser.send(path, typed)
    expect([one.status, two.status, three.status]).toEqual([303, 303, 303])
    expect(new Set([one, two, three].map(({ headers }) => headers.get('location'))).size).toBe(1)
    expect(await rows(`select name from ${table}`)).toEqual([{ name: fields.name }])
    expect(await rows("select 1 from audit_log where action glob '*.create'")).toHaveLength(1)

    // Who goes back to the page and types something else means something else.
    expect((await browser.send(path, { ...typed, name: 'Другое', yclientsId: '' })).status).toBe(303)
    // And a new page makes a new one.
    expect((await send(browser, path, { ...fields, yclientsId: '' })).status).toBe(303)
    expect(await rows(`select name from ${table} order by id`)).toHaveLength(3)
  })
})

test('texts of the catalog are shown as text', async () => {
  const { browser, read } = await office()
  const { serviceId, staffIds } = await openOwnSalon()
  await env.DB.batch([
    env.DB.prepare('update services set name = ?1, description = ?1').bind(SCRIPT),
    env.DB.prepare('update staff set name = ?1, specialization = ?1').bind(SCRIPT),
    env.DB.prepare('insert into service_categories (name) values (?)').bind(SCRIPT),
  ])
  const paths = [
    '/admin/catalog',
    `/admin/catalog/services/${serviceId}`,
    '/admin/staff',
    `/admin/staff/${staffIds[0]}`,
  ]
  for (const path of [...paths, `/admin/staff/${staffIds[0]}/schedule`, '/admin/catalog/categories']) {
    const page = await read(path)
    expect([path, page.includes('&lt;script&gt;'), page.includes('<script>alert')]).toEqual([path, true, false])
  }
  for (const path of [
    '/admin/catalog/services/999',
    '/admin/staff/999',
    '/admin/catalog/categories/999',
    '/admin/staff/x',
  ]) {
    expect((await browser.open(path)).status).toBe(404)
  }
  expect(hidden(await read(`/admin/staff/${staffIds[0]}`), 'action')).toBe('person')
})
