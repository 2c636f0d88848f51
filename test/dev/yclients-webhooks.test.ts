import { beforeEach, describe, expect, it } from 'vitest'
import { createSimulator } from '../../dev/yclients/simulator.ts'
import { call, get, MARIA, MASSAGE, sim, start, taken, tick, visit } from './yclients-harness.ts'

const isPartial = (data: object) => Object.keys(data).length < 35

beforeEach(() => {
  start()
})

describe('webhooks', () => {
  it('tell of every change once, in the shape of the event', () => {
    const { id, clientId } = visit()
    tick(5000)
    sim.move(id, '2026-09-24T15:00:00+03:00')
    sim.complete(id)
    sim.setCost(id, 3000)
    sim.cancel(id)
    const bodies = taken()
    expect(bodies.map(({ resource, status }) => `${resource} ${status}`)).toEqual([
      'client create',
      'record create',
      'record update',
      'record update',
      'record update',
      'record delete',
    ])
    expect(bodies[1]).toMatchObject({
      company_id: 235564,
      resource_id: id,
      data: { id, deleted: false, composite: [], client: { id: clientId, sex: 0, birthday: '' } },
    })
    expect(bodies[1].data).not.toHaveProperty('payment_status')
    expect(bodies[2].data).toMatchObject({
      date: '2026-09-24 15:00:00',
      last_change_date: '2026-09-23T12:00:05+0300',
    })
    expect(bodies[4].data.services).toMatchObject([{ cost: 3000 }])
    expect(bodies[5].data).toMatchObject({ deleted: true, staff_id: MARIA })
    expect(sim.webhooks.outbox).toEqual([])
  })

  it('tell of the other records of a visit when its status moves', () => {
    const first = visit()
    const rest = { staffId: MARIA, services: [], client: first.clientId, visitId: first.visitId }
    const second = sim.createRecord({ ...rest, startsAt: '2026-09-24T11:00:00' })
    sim.webhooks.clear()
    sim.complete(second.id)
    sim.cancel(second.id)
    expect(taken().map(({ resource_id: id, data }) => [id, data.attendance, data.visit_attendance])).toEqual([
      [second.id, 1, 1],
      [first.id, 0, 1],
      [second.id, 1, 0],
      [first.id, 0, 0],
    ])
  })

  it('come after a failed answer too, if the work was done before it failed', async () => {
    const { id } = visit()
    sim.webhooks.clear()
    Object.assign(sim.knobs, { failMoment: 'after', failNext: ['502'] })
    expect((await call('DELETE', `/record/235564/${id}`)).status).toBe(502)
    expect(taken()).toMatchObject([{ status: 'delete' }])
  })

  it('leave by themselves after the delay, and a failed one is not repeated', async () => {
    const timers: { ms: number; run: () => void }[] = []
    const sent: string[] = []
    start({
      knobs: { delivery: 'auto', delayMs: 5000 },
      schedule: (ms, run) => timers.push({ ms, run }),
      async send(url) {
        sent.push(url)
        throw new Error('nobody there')
      },
    })
    visit()
    const [client, record] = timers.splice(0).slice(-2)
    expect([client?.ms, record?.ms, sent]).toEqual([5000, 5000, []])
    record?.run()
    await sim.webhooks.settled()
    expect(sent).toEqual(['https://hook.example/?secret=1'])
    expect(await sim.webhooks.deliverAll()).toBe(1)
    client?.run()
    await sim.webhooks.settled()
    expect(sent).toHaveLength(2)
    expect(sim.webhooks.log.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
  })

  it('get lost, doubled and held back as often as the knobs say', () => {
    Object.assign(sim.knobs, { lossPercent: 30, duplicatePercent: 20, reorderPercent: 50 })
    const { id } = visit()
    sim.webhooks.clear()
    for (let i = 0; i < 200; i++) sim.changeRecord(id, { comment: String(i) })
    const lost = sim.webhooks.log.filter(({ outcome }) => outcome === 'lost').length
    expect(sim.webhooks.log.length).toBeGreaterThan(220)
    expect(lost / sim.webhooks.log.length).toBeCloseTo(0.3, 1)
    const order = sim.webhooks.take().map((delivery) => delivery.id)
    expect(order).not.toEqual([...order].sort((a, b) => a - b))
    expect(new Set(order).size).toBe(order.length)
  })

  it('burst, shrink, and lose the body of a deletion on demand', () => {
    const { id } = visit()
    sim.webhooks.clear()
    sim.knobs.burst = 3
    sim.confirm(id)
    const burst = sim.webhooks.take().map(({ body }) => body)
    expect([burst.length, new Set(burst).size]).toEqual([3, 1])
    Object.assign(sim.knobs, { burst: 1, partialPercent: 100 })
    sim.complete(id)
    const [{ data }] = taken()
    expect([data.id, isPartial(data)]).toEqual([id, true])
    sim.knobs.deleteBody = 'bare'
    sim.cancel(id)
    expect(taken()[0].data).toEqual({ id, company_id: 235564, deleted: true })
    sim.knobs.deleteBody = 'empty'
    sim.cancel(visit('2026-09-24T12:00:00').id)
    expect(taken().at(-1)).toMatchObject({ status: 'delete', data: [] })
  })

  it('do not tell of changes by API once self-sending is off', async () => {
    const { id } = visit()
    sim.webhooks.clear()
    sim.knobs.selfSending = false
    await call('DELETE', `/record/235564/${id}`)
    expect(sim.webhooks.outbox).toEqual([])
    visit()
    expect(sim.webhooks.outbox).toHaveLength(1)
  })
})

describe('noise in the data', () => {
  it('hides contacts in webhooks only, or everywhere', async () => {
    sim.knobs.hiddenContacts = 'webhooks'
    const { id } = visit()
    expect(taken()[1].data.client).toMatchObject({ phone: '', email: '' })
    expect((await get(`/record/235564/${id}`)).body.data.client.phone).toBe('+79000000001')
    sim.knobs.hiddenContacts = 'everywhere'
    expect((await get(`/record/235564/${id}`)).body.data.client.phone).toBe('')
  })

  it('shows records without client and services, the same ones each time', async () => {
    for (let i = 0; i < 40; i++) visit()
    sim.knobs.nullClientPercent = 50
    const first = await get('/records/235564')
    const bare = first.body.data.filter(({ client }: { client: unknown }) => client === null)
    expect(bare.length).toBeGreaterThan(5)
    expect(bare.length).toBeLessThan(35)
    expect(bare[0].services).toEqual([])
    expect((await get('/records/235564')).body).toEqual(first.body)
  })

  it('writes numbers as strings, empty objects both ways, old clients, new keys and any order', async () => {
    const { id, visitId } = visit()
    const read = async () => (await get(`/record/235564/${id}`)).body.data
    const plain = await read()
    expect([plain.custom_fields, plain.staff.position]).toEqual([[], []])
    sim.knobs.stringNumbersPercent = 100
    expect(await read()).toMatchObject({
      visit_id: String(visitId),
      services: [{ id: String(MASSAGE), cost: '5147.50' }],
    })
    expect((await get('/company/235564/services')).body.data[0]).toMatchObject({ price_min: '5147.50', active: '1' })
    Object.assign(sim.knobs, { stringNumbersPercent: 0, emptyObjects: 'object', legacyClientPercent: 100 })
    const old = await read()
    expect(old.custom_fields).toEqual({})
    expect(old.client).not.toHaveProperty('surname')
    Object.assign(sim.knobs, { extraKeysPercent: 100, shuffledKeysPercent: 100, noAttendancePercent: 100 })
    const odd = await read()
    expect(Object.keys(odd).some((key) => key.startsWith('x_'))).toBe(true)
    expect(Object.keys(odd)[0]).not.toBe('id')
    expect(odd).toMatchObject({ id, visit_attendance: 0 })
    expect(odd).not.toHaveProperty('attendance')
  })
})

describe('failing answers', () => {
  it('come in the ordered kind and number', async () => {
    sim.knobs.failNext = ['429', '500', 'html', 'html200', 'successFalse', 'empty', 'reset']
    const answers = []
    for (let i = 0; i < 6; i++) answers.push(await get('/company/235564'))
    expect(answers.map(({ status }) => status)).toEqual([429, 500, 502, 200, 200, 200])
    expect(answers[2]?.text).toContain('<html>')
    expect(answers[4]?.body).toMatchObject({ success: false, data: null })
    await expect(get('/company/235564')).rejects.toThrow('connection reset')
    expect((await get('/company/235564')).status).toBe(200)
  })

  it('come at random, for some paths only, and the same way for the same seed', async () => {
    const history = async () => {
      start({ seed: 5, knobs: { serverErrorPercent: 20, tooManyPercent: 20, htmlPercent: 20, failOnly: '/records' } })
      const statuses = []
      for (let i = 0; i < 60; i++) statuses.push((await get('/records/235564')).status)
      return statuses
    }
    const statuses = await history()
    expect(new Set(statuses)).toEqual(new Set([200, 429, 500, 502]))
    expect(await history()).toEqual(statuses)
    for (let i = 0; i < 10; i++) expect((await get('/company/235564')).status).toBe(200)
  })

  it('keep one waiting', async () => {
    const waits: number[] = []
    start({
      knobs: { slowPercent: 100 },
      schedule(ms, run) {
        waits.push(ms)
        run()
      },
    })
    await get('/company/235564')
    expect(waits).toEqual([20_000])
  })
})

describe('the remote control', () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await sim.fetch(new Request(`https://sim.example/__control${path}`, init))
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  it('turns knobs, all of them or none', async () => {
    expect((await control('PUT', '/knobs', { burst: 2, deleteBody: 'bare' })).body).toMatchObject({ burst: 2 })
    expect((await control('PUT', '/knobs', { burst: 3, nonsense: 1 })).status).toBe(422)
    expect((await control('PUT', '/knobs', { delivery: 'never' })).status).toBe(422)
    expect((await control('PUT', '/knobs', { failNext: ['explode'] })).status).toBe(422)
    expect(sim.knobs.burst).toBe(2)
    expect((await control('POST', '/reset')).body).toMatchObject({ webhooks_made: 0 })
    expect(sim.knobs.burst).toBe(1)
  })

  it('does what the administrator does in the journal', async () => {
    const { id } = visit()
    sim.webhooks.clear()
    expect((await control('POST', `/records/${id}/attendance`, { attendance: -1 })).body.attendance).toBe(-1)
    await control('POST', `/records/${id}/move`, { datetime: '2026-09-25T10:00:00' })
    await control('POST', `/records/${id}/cost`, { cost: '100.50' })
    expect((await control('POST', `/records/${id}/cancel`)).body.deleted).toBe(true)
    expect((await control('POST', `/records/${id}/dance`)).status).toBe(404)
    const log = (await control('GET', '/webhooks')).body
    expect(log.map(({ status }: { status: string }) => status)).toEqual(['update', 'update', 'update', 'delete'])
    expect(log[2].body.data.services[0].cost).toBe(100.5)
  })

  it('plays a whole visit', async () => {
    const body = {
      staff_id: MARIA,
      services: [{ id: MASSAGE }],
      client: { name: 'Анна', phone: '79000000001' },
      datetime: '2026-09-23T15:00:00',
      seance_length: 3600,
    }
    expect((await control('POST', '/visits', body)).body).toMatchObject({ attendance: 1, paid_full: 1 })
    const kinds = taken().map(({ resource, status }) => `${resource} ${status}`)
    expect(kinds.slice(0, 3)).toEqual(['client create', 'record create', 'record update'])
    expect(kinds.slice(3).sort()).toEqual([
      'client update',
      'finances_operation create',
      'goods_operations_sale create',
      'record update',
      'record update',
    ])
  })
})

describe('a seed', () => {
  it('repeats a whole history', () => {
    const history = (seed: number) => {
      const one = createSimulator({
        seed,
        now: () => Date.parse('2026-09-23T12:00:00+03:00'),
        demoSalon: false,
        hookUrls: ['https://hook.example/'],
        knobs: { delivery: 'manual', lossPercent: 20, duplicatePercent: 20, partialPercent: 30, reorderPercent: 30 },
      })
      for (let i = 0; i < 30; i++) {
        const { id } = one.createRecord({ staffId: 1, services: [], client: null, startsAt: '2026-09-24 10:00:00' })
        one.complete(id)
      }
      return one.webhooks.take().map(({ body }) => body)
    }
    expect(history(3)).toEqual(history(3))
    expect(history(3)).not.toEqual(history(4))
  })
})
