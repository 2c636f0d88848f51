import { beforeEach, describe, expect, it } from 'vitest'
import { call, get, ids, MARIA, MASSAGE, message, PARTNER, sim, start, taken, tick, visit } from './yclients-harness.ts'

const V2 = 'application/vnd.yclients.v2+json'

beforeEach(() => {
  start()
})

describe('tokens and answers', () => {
  it('refuses without tokens, and without the user token where one is needed', async () => {
    expect((await get('/records/235564', { as: null })).status).toBe(401)
    expect((await get('/records/235564', { as: PARTNER })).status).toBe(401)
    expect((await get('/records/235564', { as: 'Bearer other, User user-demo' })).status).toBe(401)
    expect((await get('/records/235564')).status).toBe(200)
    expect((await get('/records/235564', { as: 'Bearer partner-demo,user-demo' })).status).toBe(200)
    expect((await get('/book_services/235564', { as: PARTNER })).status).toBe(200)
  })

  it('writes refusals of tokens and paths in the v1 shape even under v2, unless told otherwise', async () => {
    const text = 'Необходима авторизация'
    const v1 = { errors: { code: 401, message: text }, meta: { message: text } }
    expect((await get('/records/235564', { as: null })).body).toEqual(v1)
    sim.knobs.authErrorShape = 'v2'
    expect((await get('/records/235564', { as: null })).body).toEqual({
      success: false,
      data: null,
      meta: { message: text },
    })
    expect((await get('/records/235564', { as: null, accept: 'application/json' })).body).toEqual(v1)
    expect((await get('/no/such/path')).status).toBe(404)
  })

  it('wraps answers by Accept alone', async () => {
    const wrapped = await get('/company/235564')
    const bare = await get('/company/235564', { accept: 'application/json' })
    expect(wrapped.body).toEqual({ success: true, data: bare.body, meta: [] })
    expect(bare.body).toMatchObject({ id: 235564, timezone_name: 'Europe/Moscow' })
    expect((await get('/company/235564', { accept: 'application/vnd.api.v2+json' })).body.success).toBe(true)
  })

  it('knows its branch only, its licence and the rights of its user', async () => {
    expect(message((await get('/records/1')).body)).toBe('Филиал не найден.')
    sim.knobs.licenceExpired = true
    const licence = await get('/records/235564')
    expect([licence.status, message(licence.body)]).toEqual([
      403,
      'Необходимо продлить лицензию в филиале с id: 235564',
    ])
    sim.knobs.licenceExpired = false
    sim.knobs.forbidden = ['/staff']
    const rights = await get('/company/235564/staff')
    expect([rights.status, message(rights.body)]).toEqual([403, 'Недостаточно прав'])
  })

  it('logs in with 201 and a token, or with 200 and no token under two-factor login', async () => {
    const body = { login: '79000000000', password: 'x' }
    const plain = await call('POST', '/auth', { as: PARTNER, body })
    expect([plain.status, plain.body.data.user_token]).toEqual([201, 'user-demo'])
    expect((await call('POST', '/auth', { as: PARTNER, body, accept: '*/*' })).body.user_token).toBe('user-demo')
    sim.knobs.twoFactor = true
    const second = await call('POST', '/auth', { as: PARTNER, body })
    expect(second.status).toBe(200)
    expect(Object.keys(second.body.data)).toEqual(['uuid'])
  })

  it('answers 400 to what is no JSON', async () => {
    const request = new Request('https://sim.example/api/v1/book_check/235564', {
      method: 'POST',
      headers: { authorization: PARTNER, accept: V2 },
      body: '{"half',
    })
    expect((await sim.fetch(request)).status).toBe(400)
  })
})

describe('limits', () => {
  it('admits five requests a second from one address and tells the sixth to wait', async () => {
    start({ rateLimit: true })
    for (let i = 0; i < 5; i++) expect((await get('/company/235564')).status).toBe(200)
    const sixth = await get('/company/235564')
    expect(sixth.status).toBe(429)
    expect(message(sixth.body)).toMatch(/^Превышен лимит запросов, попробуйте повторить запрос через \d+ секунд\.$/)
    expect((await get('/company/235564', { from: 'elsewhere' })).status).toBe(200)
    tick(1000)
    expect((await get('/company/235564')).status).toBe(200)
  })

  it('admits two hundred requests a minute', async () => {
    start({ rateLimit: true, knobs: { perSecond: 1000 } })
    for (let i = 0; i < 200; i++) await get('/nothing')
    expect((await get('/company/235564')).status).toBe(429)
    tick(60_000)
    expect((await get('/company/235564')).status).toBe(200)
  })
})

describe('reading records', () => {
  it('pages by 50 from page 1, caps the page, and counts the total', async () => {
    for (let i = 0; i < 60; i++) visit(`2026-09-24T10:00:00+03:00`)
    const first = await get('/records/235564')
    expect(first.body.data).toHaveLength(50)
    expect(first.body.meta).toEqual({ page: 1, total_count: 60 })
    const second = await get('/records/235564?page=2')
    expect(second.body.data).toHaveLength(10)
    expect(new Set([...ids(first.body), ...ids(second.body)]).size).toBe(60)
    sim.knobs.pageCap = 20
    expect((await get('/records/235564?count=500')).body.data).toHaveLength(20)
  })

  it('filters by staff, client, author, days of the visit and of its making', async () => {
    const early = visit('2026-09-24T10:00:00+03:00')
    tick(86_400_000)
    const late = visit('2026-09-26T10:00:00+03:00', '79000000002')
    const found = async (query: string) => ids((await get(`/records/235564?${query}`)).body)
    expect(await found(`staff_id=${MARIA}`)).toEqual([early.id, late.id])
    expect(await found('staff_id=1')).toEqual([])
    expect(await found(`client_id=${late.clientId}`)).toEqual([late.id])
    expect(await found('created_user_id=746310')).toEqual([early.id, late.id])
    expect(await found('start_date=2026-09-24&end_date=2026-09-24')).toEqual([early.id])
    expect(await found('start_date=2026-09-24&end_date=2026-09-26')).toEqual([early.id, late.id])
    expect(await found('start_date=2026-09-25')).toEqual([late.id])
    expect(await found('c_start_date=2026-09-24')).toEqual([late.id])
    expect(await found('c_end_date=2026-09-23')).toEqual([early.id])
  })

  it('finds what changed, in any spelling of the moment, deleted records included on demand', async () => {
    const old = visit()
    tick(600_000)
    const gone = visit('2026-09-24T12:00:00+03:00')
    sim.cancel(gone.id)
    const found = async (moment: string, more = '') =>
      ids((await get(`/records/235564?changed_after=${moment}${more}`)).body)
    for (const moment of [
      '2026-09-23T12:05:00%2B03:00',
      '2026-09-23T12:05:00+03:00',
      '2026-09-23T12:05:00%2B0300',
      '2026-09-23T12:05:00',
      '2026-09-23T09:05:00Z',
    ]) {
      expect(await found(moment)).toEqual([])
      expect(await found(moment, '&with_deleted=1')).toEqual([gone.id])
    }
    expect(await found('2026-09-23T12:10:00', '&with_deleted=1')).toEqual([gone.id])
    expect(await found('2026-09-23T12:10:01', '&with_deleted=1')).toEqual([])
    sim.confirm(old.id)
    expect(await found('2026-09-23T12:10:00')).toEqual([old.id])
    expect((await get('/records/235564?changed_after=tomorrow')).status).toBe(422)
  })

  it('shows one record until it is deleted, and nothing at all of a forgotten one', async () => {
    const { id } = visit()
    expect((await get(`/record/235564/${id}`)).body.data).toMatchObject({
      id,
      date: '2026-09-24 10:00:00',
      datetime: '2026-09-24T10:00:00+03:00',
      last_change_date: '2026-09-23T12:00:00+0300',
      seance_length: 3600,
      services: [{ id: MASSAGE, cost: 5147.5 }],
      client: { phone: '+79000000001' },
    })
    sim.cancel(id)
    expect((await get(`/record/235564/${id}`)).status).toBe(404)
    const [deleted] = (await get('/records/235564?with_deleted=1')).body.data
    expect(deleted).toMatchObject({ id, deleted: true })
    sim.webhooks.clear()
    sim.forget(id)
    expect((await get('/records/235564?with_deleted=1')).body.data).toEqual([])
    expect(sim.webhooks.outbox).toEqual([])
  })

  it('gives payments and consumables only when asked', async () => {
    const { id } = visit()
    sim.pay(id)
    const plain = (await get(`/record/235564/${id}`)).body.data
    expect(plain).not.toHaveProperty('finance_transactions')
    const asked = (await get(`/record/235564/${id}?include_finance_transactions=1&include_consumables=1`)).body.data
    expect(asked.finance_transactions).toMatchObject([{ amount: 5147.5, client: { phone: '79000000001' } }])
    expect(asked.consumables).toEqual([])
  })
})

describe('the administrator', () => {
  const full = {
    staff_id: MARIA,
    services: [{ id: MASSAGE, first_cost: 9000, discount: 50, cost: 4500 }],
    client: { phone: '79000000008', name: 'Дмитрий', email: 'client@example.com' },
    datetime: '2026-09-24T12:00:00+03:00',
    seance_length: 3600,
    save_if_busy: false,
    send_sms: true,
    comment: 'тестовая запись!',
    api_id: '777',
  }

  it('creates with 201, hits a busy slot with 409, and may insist', async () => {
    const created = await call('POST', '/records/235564', { body: full })
    expect(created.status).toBe(201)
    expect(created.body.data).toMatchObject({ api_id: '777', services: [{ cost: 4500, discount: 50 }], online: false })
    expect((await call('POST', '/records/235564', { body: full })).status).toBe(409)
    expect((await call('POST', '/records/235564', { body: { ...full, save_if_busy: true } })).status).toBe(201)
    const night = { ...full, datetime: '2026-09-24T23:00:00+03:00' }
    expect((await call('POST', '/records/235564', { body: night })).status).toBe(409)
  })

  it('updates only with the full object', async () => {
    const { id } = (await call('POST', '/records/235564', { body: full })).body.data
    const partial = await call('PUT', `/record/235564/${id}`, { body: { comment: 'x' } })
    expect(partial.status).toBe(422)
    expect(partial.body.meta.errors).toHaveProperty('staff_id')
    tick(90_500)
    const moved = await call('PUT', `/record/235564/${id}`, { body: { ...full, datetime: '2026-09-24 16:00:00' } })
    expect(moved.status).toBe(201)
    expect(moved.body.data).toMatchObject({
      id,
      datetime: '2026-09-24T16:00:00+03:00',
      last_change_date: '2026-09-23T12:01:30+0300',
    })
  })

  it('deletes with 204', async () => {
    const { id } = visit()
    const deleted = await call('DELETE', `/record/235564/${id}`)
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    expect((await call('DELETE', `/record/235564/${id}`)).status).toBe(404)
  })

  it('sets the status of a whole visit with comment and attendance', async () => {
    const first = visit()
    const second = sim.createRecord({
      staffId: MARIA,
      services: [{ id: MASSAGE }],
      client: first.clientId,
      startsAt: '2026-09-24T11:00:00',
      visitId: first.visitId,
    })
    sim.webhooks.clear()
    const path = `/visits/${first.visitId}/${first.id}`
    expect((await call('PUT', path, { body: { attendance: 1 } })).status).toBe(422)
    expect((await call('PUT', path, { body: { attendance: 5, comment: '' } })).status).toBe(422)
    expect((await call('PUT', path, { body: { attendance: 1, comment: 'Пришла' } })).status).toBe(200)
    expect(taken()).toMatchObject([
      { resource_id: first.id, status: 'update', data: { attendance: 1, visit_attendance: 1, comment: 'Пришла' } },
      { resource_id: second.id, status: 'update', data: { attendance: 1, visit_attendance: 1, comment: '' } },
    ])
    expect(sim.state.clients.get(first.clientId ?? 0)).toMatchObject({ successVisits: 2, spent: 10295 })
    expect((await get(`/visits/${first.visitId}`)).body.data.records).toHaveLength(2)
  })

  it('changes a client, which the hooks hear of', async () => {
    const { clientId } = visit()
    sim.webhooks.clear()
    const path = `/client/235564/${clientId}`
    expect((await call('PUT', path, { body: { email: 'new@example.com', phone: '8 900 000-00-09' } })).status).toBe(200)
    expect((await get(path)).body.data).toMatchObject({ phone: '+79000000009', email: 'new@example.com', name: 'Анна' })
    expect(taken()).toMatchObject([
      { resource: 'client', resource_id: clientId, status: 'update', data: { email: 'new@example.com', balance: 0 } },
    ])
    const known = await call('POST', '/clients/235564', { body: { name: 'Другая', phone: '+79000000009' } })
    expect(known.status).toBe(422)
  })
})

describe('the catalogue and the schedules', () => {
  it('lists services and staff, the older staff list with strings and the partner token', async () => {
    const services = await get('/company/235564/services')
    expect(services.body).toMatchObject({ data: [{ id: MASSAGE, price_min: 5147.5 }], meta: { total_count: 1 } })
    expect((await get('/company/235564/staff')).body.data).toMatchObject([{ id: MARIA, position: [], hidden: 0 }])
    expect((await get('/staff/235564', { as: PARTNER })).body.data).toMatchObject([{ id: String(MARIA), hidden: '0' }])
    expect(message((await get('/company/235564/staff/5')).body)).toBe('Сотрудник с ID 5 не найден в филиале 235564.')
  })

  it('shows and sets working hours through both schedules', async () => {
    const path = `/schedule/235564/${MARIA}/2026-09-24/2026-09-25`
    const slots = [{ from: '12:00', to: '13:00' }]
    await call('PUT', path, { body: [{ date: '2026-09-24', is_working: false }] })
    await call('PUT', '/company/235564/staff/schedule', {
      body: { schedules_to_set: [{ staff_id: MARIA, dates: ['2026-09-25'], slots }], schedules_to_delete: [] },
    })
    expect((await get(path)).body.data).toEqual([
      { date: '2026-09-24', is_working: 0, slots: [] },
      { date: '2026-09-25', is_working: 1, slots },
    ])
    const { id } = visit('2026-09-25T12:00:00+03:00')
    const newer = `/company/235564/staff/schedule?start_date=2026-09-25&end_date=2026-09-25`
    expect((await get(newer)).body).toEqual({
      success: true,
      data: [{ staff_id: MARIA, date: '2026-09-25', slots }],
      meta: { count: 1 },
    })
    expect((await get(`${newer}&include[]=busy_intervals`)).body.data[0].busy_intervals).toEqual([
      { entity_type: 'record', entity_id: id, from: '12:00', to: '13:00' },
    ])
  })

  it('replaces the hook addresses instead of merging them', async () => {
    const urls = ['https://new.example/hook']
    const posted = await call('POST', '/hooks_settings/235564', { body: { urls, client: 0 } })
    expect(posted.status).toBe(201)
    expect((await get('/hooks_settings/235564')).body.data).toMatchObject({ urls, client: 0, record: 1, active: 1 })
    visit()
    expect(sim.webhooks.take().map(({ url, resource }) => [url, resource])).toEqual([[urls[0], 'record']])
  })
})
