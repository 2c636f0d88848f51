import { beforeEach, describe, expect, it } from 'vitest'
import { call, get, MARIA, MASSAGE, message, PARTNER, sim, start, visit } from './yclients-harness.ts'

const booking = (datetime = '2026-09-24T10:00:00+03:00', more = {}) => ({
  phone: '79000000001',
  fullname: 'Анна',
  email: 'anna@example.com',
  comment: 'Код клиента: ABC12345',
  api_id: 'our-1',
  appointments: [{ id: 7, services: [MASSAGE], staff_id: MARIA, datetime }],
  ...more,
})

beforeEach(() => {
  start()
})

describe('booking online', () => {
  it('offers times inside the working hours, checks one, books it, and then refuses it as busy', async () => {
    const times = `/book_times/235564/${MARIA}/2026-09-24?service_ids[]=${MASSAGE}`
    const offered = (await get(times, { as: PARTNER })).body.data
    expect(offered.map((slot: { time: string }) => slot.time)).toEqual([
      ...['10:00', '10:30', '11:00', '11:30', '12:00', '12:30', '13:00'],
      ...['15:00', '15:30', '16:00', '16:30', '17:00', '17:30', '18:00'],
    ])
    const [{ datetime }] = offered
    const check = await call('POST', '/book_check/235564', { as: PARTNER, body: booking(datetime) })
    expect([check.status, check.text]).toEqual([201, ''])

    const made = await call('POST', '/book_record/235564', { as: PARTNER, body: booking(datetime) })
    expect(made.status).toBe(201)
    const [{ id, record_id: recordId, record_hash: hash }] = made.body.data
    expect([id, hash]).toEqual([7, expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect((await get(`/record/235564/${recordId}`)).body.data).toMatchObject({
      online: true,
      api_id: 'our-1',
      comment: 'Код клиента: ABC12345',
      client: { name: 'Анна', phone: '+79000000001', email: 'anna@example.com' },
    })

    const again = await call('POST', '/book_record/235564', { as: PARTNER, body: booking(datetime) })
    expect(again.status).toBe(422)
    expect(message(again.body)).toBe(
      `К сотруднику Мария Образцова(${MARIA}) нельзя записаться на 24 сентября 2026 в 10:00. Выбранное время уже занято или является нерабочим.`,
    )
    const bare = await call('POST', '/book_check/235564', { as: PARTNER, accept: '*/*', body: booking(datetime) })
    expect(bare.body.errors).toMatchObject({ code: 433, id: 7 })
    const left = (await get(times, { as: PARTNER })).body.data
    expect(left[0].time).toBe('11:00')

    const cancelled = await call('DELETE', `/user/records/${recordId}/${hash}`, { as: PARTNER })
    expect([cancelled.status, cancelled.text]).toEqual([200, ''])
    expect((await get(`/record/235564/${recordId}`)).status).toBe(404)
    expect((await get(times, { as: PARTNER })).body.data[0].time).toBe('10:00')
  })

  it.each([
    [431, 422, { phone: '+7 900 000' }],
    [435, 422, { fullname: ' ' }],
    [438, 422, { appointments: [{ id: 1, services: [1], staff_id: MARIA, datetime: '2026-09-24T10:00:00' }] }],
    [
      437,
      422,
      {
        appointments: ['10:00', '10:30'].map((time, id) => ({
          id,
          services: [MASSAGE],
          staff_id: MARIA,
          datetime: `2026-09-24T${time}:00`,
        })),
      },
    ],
    [436, 422, { appointments: [{ id: 1, services: [MASSAGE], staff_id: 0, datetime: '2026-09-24T14:00:00' }] }],
    [433, 422, { appointments: [{ id: 1, services: [MASSAGE], staff_id: MARIA, datetime: '2026-09-22T10:00:00' }] }],
    [434, 403, { phone: '79000000666' }],
    [432, 422, { code: '1234' }],
  ])('refuses with business code %i and HTTP %i', async (code, status, more) => {
    sim.createClient({ name: 'Чёрный список', phone: '79000000666', blacklisted: true })
    sim.knobs.codesInMeta = true
    if (code === 432) sim.knobs.phoneConfirmation = true
    const refused = await call('POST', '/book_record/235564', { as: PARTNER, body: booking(undefined, more) })
    expect([refused.status, refused.body.meta.errors?.code]).toEqual([status, code])
    expect(sim.state.records.size).toBe(0)
  })

  it('keeps the business code out of the v2 body unless told otherwise', async () => {
    const refused = await call('POST', '/book_record/235564', { as: PARTNER, body: booking(undefined, { phone: '' }) })
    expect(Object.keys(refused.body.meta)).toEqual(['message'])
  })

  it('finds somebody for "any" and puts the appointments of a day into one visit', async () => {
    const body = booking(undefined, {
      appointments: [
        { id: 0, services: [MASSAGE], staff_id: 0, datetime: '2026-09-24T10:00:00' },
        { id: 1, services: [MASSAGE], staff_id: 0, datetime: '2026-09-24T11:00:00' },
      ],
    })
    expect((await call('POST', '/book_record/235564', { as: PARTNER, body })).status).toBe(201)
    const records = [...sim.state.records.values()]
    expect(records.map(({ staffId }) => staffId)).toEqual([MARIA, MARIA])
    expect(new Set(records.map(({ visitId }) => visitId)).size).toBe(1)
    expect(sim.state.clients.size).toBe(1)
  })

  it('lets the client cancel only before the delay begins', async () => {
    const { id, hash } = visit('2026-09-23T13:00:00+03:00')
    sim.knobs.changeDelaySeconds = 7200
    expect((await call('DELETE', `/user/records/${id}/${hash}`, { as: PARTNER })).status).toBe(403)
    expect((await call('DELETE', `/user/records/${id}/wrong`, { as: PARTNER })).status).toBe(404)
    sim.knobs.changeDelaySeconds = 0
    expect((await call('DELETE', `/user/records/${id}/${hash}`, { as: PARTNER })).status).toBe(200)
  })

  it('names the services, people and days one can choose', async () => {
    const services = (await get(`/book_services/235564?staff_id=${MARIA}`, { as: PARTNER })).body.data
    expect(services.services).toMatchObject([{ id: MASSAGE, seance_length: 3600 }])
    const staff = (await get(`/book_staff/235564?service_ids[]=${MASSAGE}`, { as: PARTNER })).body.data
    expect(staff).toMatchObject([{ id: String(MARIA), bookable: true, position: [], seance_date: '2026-09-23' }])
    const dates = (await get('/book_dates/235564?date_from=2026-09-24&date_to=2026-09-25', { as: PARTNER })).body.data
    expect(dates).toMatchObject({ booking_dates: ['2026-09-24', '2026-09-25'], booking_days: { 9: ['24', '25'] } })
    sim.knobs.leadingZero = false
    sim.state.staff.get(MARIA)?.days.set('2026-09-25', [{ from: '09:00', to: '10:00' }])
    const times = await get(`/book_times/235564/0/2026-09-25?service_ids[]=${MASSAGE}`, { as: PARTNER })
    expect(times.body.data).toMatchObject([{ time: '9:00', datetime: '2026-09-25T09:00:00+03:00' }])
    expect((await get(`/book_times/235564/0/2026-09-25?service_ids[]=1`, { as: PARTNER })).body.data).toEqual([])
  })
})
