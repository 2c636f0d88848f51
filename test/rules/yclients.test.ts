import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BLANKED_COMMENT } from '../../src/booking/booking.ts'
import { HOUR_MS } from '../../src/platform/time.ts'
import { type MergeKnowledge, mergeRecord } from '../../src/yclients/merge-record.ts'
import type { RecordChange, RecordFields } from '../../src/yclients/record-change.ts'
import { planSync } from '../../src/yclients/sync-plan.ts'
import { translateRecord } from '../../src/yclients/translate.ts'
import { bookingFormUrl, timetableUrl } from '../../src/yclients/widget-url.ts'

const KNOWLEDGE: MergeKnowledge = {
  clients: new Map([
    ['phone:9000000001', [1]],
    ['code:ABC12345', [2]],
  ]),
  catalog: { services: new Map([[11, { id: 5, durationMinutes: 45 }]]), staff: new Map([[9, 3]]) },
  erased: new Map(),
}
const T = Date.UTC(2026, 8, 15, 9)

const change = (changes: Partial<RecordChange> = {}): RecordChange => ({
  companyId: 235564,
  recordId: 100,
  origin: 'webhook',
  observedAt: T,
  changedAt: T,
  ...changes,
  fields: {
    startsAt: T + HOUR_MS,
    durationMinutes: 60,
    items: [{ yclientsServiceId: 11, name: 'Массаж', priceKopecks: 100_000, amount: 1 }],
    yclientsClientId: 50,
    yclientsStaffId: 9,
    phone: '+79000000001',
    attendance: 0,
    ...changes.fields,
  },
})

function created(first: RecordChange) {
  const merge = mergeRecord(undefined, undefined, first, KNOWLEDGE)
  if (!('booking' in merge)) throw new Error(merge.kind)
  return { ...merge.booking, revision: 1 }
}
const afterwards = (first: RecordChange, second: RecordChange) =>
  mergeRecord(created(first), undefined, second, KNOWLEDGE)

describe('merging a record', () => {
  test('finds client, service and staff, and writes the note for people', () => {
    expect(created(change({ fields: { comment: 'Код клиента: ABC12345' } }))).toMatchObject({
      userId: 2,
      clientMatch: 'code',
      serviceId: 5,
      staffId: 3,
      notes: 'YClients. ID: 100. Код клиента: ABC12345',
      endsAt: T + 2 * HOUR_MS,
    })
  })

  test('adds up the services of a visit', () => {
    const items = [
      { yclientsServiceId: 11, name: 'Массаж', priceKopecks: 100_050, amount: 1 },
      { yclientsServiceId: 12, name: 'Обёртывание', priceKopecks: 50_000, amount: 1 },
    ]
    expect(created(change({ fields: { items } }))).toMatchObject({
      serviceName: 'Массаж, Обёртывание',
      priceKopecks: 150_050,
    })
  })

  test('takes the length from the catalogue when YClients does not say it', () => {
    const { durationMinutes: _, ...fields } = change().fields
    expect(created({ ...change(), fields })).toMatchObject({ durationMinutes: 45 })
  })

  test.each([
    [-1, 'no_show'],
    [0, 'pending'],
    [1, 'completed'],
    [2, 'confirmed'],
  ])('attendance %i means %s', (attendance, status) => {
    expect(created(change({ fields: { attendance } })).status).toBe(status)
  })

  test('an attendance nobody knows keeps the status and the raw value', () => {
    const merge = afterwards(
      change({ fields: { attendance: 1 } }),
      change({ changedAt: T + 1000, fields: { attendance: 7 } }),
    )
    expect(merge).toMatchObject({ kind: 'updated', booking: { status: 'completed', yclientsAttendance: '7' } })
  })

  test('an older state never replaces a newer one', () => {
    expect(afterwards(change(), change({ changedAt: T - 1000, fields: { attendance: 1 } }))).toEqual({ kind: 'stale' })
  })

  test('the same state again changes nothing', () => {
    expect(afterwards(change(), change())).toEqual({ kind: 'unchanged' })
  })

  test('a partial body changes only what it says', () => {
    const merge = mergeRecord(
      created(change()),
      undefined,
      {
        companyId: 235564,
        recordId: 100,
        origin: 'webhook',
        observedAt: T,
        changedAt: T + 1,
        fields: { attendance: 1 },
      },
      KNOWLEDGE,
    )
    expect(merge).toMatchObject({
      booking: { status: 'completed', phone: '+79000000001', userId: 1, priceKopecks: 100_000 },
    })
  })

  test('a partial body of a visit nobody knows is not enough', () => {
    const partial = { ...change(), fields: { attendance: 1 } }
    expect(mergeRecord(undefined, undefined, partial, KNOWLEDGE)).toEqual({ kind: 'incomplete' })
  })

  test('another state with the same date is not believed from a webhook, and is from the API', () => {
    const other = { fields: { attendance: 1 } }
    expect(afterwards(change(), change(other))).toEqual({ kind: 'incomplete' })
    expect(afterwards(change(), change({ ...other, takeAsIs: true }))).toMatchObject({
      booking: { status: 'completed' },
    })
    expect(afterwards(change(), change({ ...other, origin: 'api' }))).toMatchObject({
      booking: { status: 'completed' },
    })
  })

  test('a deletion wins over any state, also when its body is old', () => {
    const merge = afterwards(change({ fields: { attendance: 1 } }), change({ changedAt: T - 1000, deleted: true }))
    expect(merge).toMatchObject({ booking: { status: 'cancelled', sourceChangedAt: T } })
  })

  test('a late webhook does not bring a deleted visit back; the API, asked afterwards, does', () => {
    const deleted = afterwards(change(), { ...change({ deleted: true }), fields: {} })
    if (!('booking' in deleted)) throw new Error('not deleted')
    const late = mergeRecord(
      deleted.booking,
      undefined,
      change({ changedAt: T + 5000, observedAt: T + 5000 }),
      KNOWLEDGE,
    )
    expect(late).toMatchObject({ booking: { status: 'cancelled' } })
    const asked = mergeRecord(deleted.booking, undefined, change({ origin: 'api', observedAt: T + 5000 }), KNOWLEDGE)
    expect(asked).toMatchObject({ booking: { status: 'pending', cancelledAt: null } })
    const askedBefore = mergeRecord(
      deleted.booking,
      undefined,
      change({ origin: 'api', observedAt: T - 5000 }),
      KNOWLEDGE,
    )
    expect(askedBefore).toEqual({ kind: 'unchanged' })
  })

  test('a visit that was deleted before we saw it is born cancelled', () => {
    const merge = mergeRecord(undefined, { deletionSeenAt: T }, change(), KNOWLEDGE)
    expect(merge).toMatchObject({ kind: 'created', booking: { status: 'cancelled' } })
  })

  test('a link made by hand is never changed by the rules', () => {
    const linked = { ...created(change()), userId: 77, clientMatch: 'manual' as const }
    const merge = mergeRecord(linked, undefined, change({ changedAt: T + 1, fields: { attendance: 1 } }), KNOWLEDGE)
    expect(merge).toMatchObject({ booking: { userId: 77, clientMatch: 'manual' } })
  })

  test('a visit stays its owner’s while YClients names the same client, whatever becomes of comment and phone', () => {
    const merge = afterwards(
      change(),
      change({ changedAt: T + 1, fields: { phone: '+79999999999', comment: 'перенос' } }),
    )
    expect(merge).toMatchObject({ booking: { userId: 1, clientMatch: 'phone' } })
  })

  test('a blanked comment stays blank, and the code is that of the newest comment or, if none came, of the one before', () => {
    const blanked = { ...created(change({ fields: { comment: 'Код клиента: ABC12345' } })), comment: BLANKED_COMMENT }
    const merged = (fields: RecordFields) =>
      mergeRecord(
        blanked,
        undefined,
        { ...change({ changedAt: T + 1 }), fields: { attendance: 1, ...fields } },
        KNOWLEDGE,
      )
    expect(merged({})).toMatchObject({ booking: { comment: '', clientCode: 'ABC12345' } })
    expect(merged({ comment: 'звонить, код XTP12345' })).toMatchObject({
      booking: { comment: '', clientCode: 'XTP12345' },
    })
    expect(merged({ comment: null })).toMatchObject({ booking: { comment: '', clientCode: null } })
  })

  test('a visit given to another client in YClients leaves its owner', () => {
    const other = change({ changedAt: T + 1, fields: { yclientsClientId: 51, phone: '+79999999999' } })
    expect(afterwards(change(), other)).toMatchObject({ booking: { userId: null, clientMatch: 'none' } })
  })

  test('a visit given to another client takes over none of the contacts of the one before', () => {
    const known = {
      ...KNOWLEDGE,
      clients: new Map([...KNOWLEDGE.clients, ['email:a@example.com', [8]], ['phone:9000000002', [9]]]),
    }
    const first = mergeRecord(undefined, undefined, change({ fields: { email: 'a@example.com' } }), known)
    if (!('booking' in first)) throw new Error(first.kind)
    expect(first.booking).toMatchObject({ userId: 8, clientMatch: 'email' })
    const {
      email: _,
      clientName: __,
      ...fields
    } = change({ fields: { yclientsClientId: 51, phone: '+79000000002' } }).fields
    const second = mergeRecord(first.booking, undefined, { ...change({ changedAt: T + 1000 }), fields }, known)
    expect(second).toMatchObject({ booking: { userId: 9, clientMatch: 'phone', email: null, phone: '+79000000002' } })
  })

  test('a visit that YClients restored stays alive, although its deletion is still on record', () => {
    const alive = { ...created(change({ origin: 'api' })), deletionSeenAt: null }
    const merge = mergeRecord(
      alive,
      { deletionSeenAt: T - 1000 },
      change({ changedAt: T + 1000, fields: { attendance: 2 } }),
      KNOWLEDGE,
    )
    expect(merge).toMatchObject({ booking: { status: 'confirmed', deletionSeenAt: null } })
  })

  test('whatever the order of webhooks, a sync afterwards gives the state of the sync alone', () => {
    const webhook = fc
      .record({
        changedAt: fc.integer({ min: 0, max: 5 }).map((n) => T + n * 1000),
        deleted: fc.boolean(),
        attendance: fc.constantFrom(-1, 0, 1, 2, 7),
        priceKopecks: fc.constantFrom(0, 100, 5000),
        partial: fc.boolean(),
      })
      .map(({ changedAt, deleted, attendance, priceKopecks, partial }) => {
        const whole = change({
          changedAt,
          deleted,
          fields: { attendance, items: [{ yclientsServiceId: 11, name: 'М', priceKopecks, amount: 1 }] },
        })
        return partial ? { ...whole, fields: { attendance } } : whole
      })
    fc.assert(
      fc.property(
        fc.array(webhook, { maxLength: 8 }),
        fc.boolean(),
        fc.constantFrom(0, 1, 2, -1),
        (webhooks, deleted, attendance) => {
          const truth = change({
            origin: 'api',
            changedAt: T + 5000,
            observedAt: T + 60_000,
            deleted,
            fields: { attendance },
          })
          let booking: ReturnType<typeof created> | undefined
          for (const each of webhooks) {
            const merge = mergeRecord(booking, undefined, each, KNOWLEDGE)
            if ('booking' in merge) booking = { ...merge.booking, revision: 1 }
          }
          const merged = mergeRecord(booking, undefined, truth, KNOWLEDGE)
          const final = 'booking' in merged ? merged.booking : booking
          const clean = created(truth)
          const told = ({ revision: _r, deletionSeenAt: _d, createdAt: _c, ...state }: ReturnType<typeof created>) =>
            state
          expect(final && told(final)).toEqual(told(clean))
        },
      ),
    )
  })
})

describe('reading a record', () => {
  const seen = { companyId: 1, origin: 'webhook' as const, observedAt: T, zone: 'Europe/Moscow' }
  const read = (raw: object) => {
    const translation = translateRecord({ id: 5, ...raw }, seen)
    if (!('change' in translation)) throw new Error(translation.invalid)
    return translation.change
  }

  test('takes numbers written as text, and [] for an empty client', () => {
    const record = read({
      id: '5',
      staff_id: '9',
      client: [],
      visit_id: '77',
      services: [{ id: '11', title: 'М', cost: '1300.00' }],
    })
    expect(record).toMatchObject({
      recordId: 5,
      fields: { yclientsStaffId: 9, yclientsVisitId: 77, items: [{ yclientsServiceId: 11, priceKopecks: 130_000 }] },
    })
    expect(record.fields).not.toHaveProperty('phone')
  })

  test('believes the wall clock of the branch rather than an offset that may be wrong', () => {
    const { fields } = read({ date: '2026-09-16 19:30:00', datetime: '2026-09-16T19:30:00+05:00' })
    expect(fields.startsAt).toBe(Date.UTC(2026, 8, 16, 16, 30))
  })

  test('does not believe a change date from the future, which would lock the visit', () => {
    expect(read({ last_change_date: '2027-01-01T00:00:00+0300' }).changedAt).toBeUndefined()
  })

  test('falls back to the attendance of the visit', () => {
    expect(read({ visit_attendance: 1 }).fields.attendance).toBe(1)
  })

  test('a blank phone or e-mail says nothing', () => {
    const { fields } = read({ client: { id: 3, phone: '', email: '', name: 'Анна' } })
    expect(fields).toMatchObject({ clientName: 'Анна' })
    expect(fields).not.toHaveProperty('phone')
    expect(fields).not.toHaveProperty('email')
  })

  test.each([
    [{ id: -1 }, 'id'],
    [{ id: 2 ** 60 }, 'id'],
    [{ services: [{ cost: -5 }] }, 'services.cost'],
    [{ services: [{ cost: 1e15 }] }, 'services.cost'],
    [{ services: 'x' }, 'services'],
    [{ attendance: 'да' }, 'attendance'],
    [{ date: 'вчера' }, 'date'],
  ])('%j is not guessed at but refused, naming the field', (raw, field) => {
    expect(translateRecord({ id: 5, ...raw }, seen)).toEqual({ invalid: `unreadable field: ${field}` })
  })
})

describe('planning a sync', () => {
  const zone = 'Europe/Moscow'
  const none = { fullStartedAt: null, firstFullStartedAt: null, incrementalStartedAt: null }
  const lastRuns = (fullHoursAgo: number, incrementalHoursAgo: number | null, firstFullHoursAgo = fullHoursAgo) => ({
    fullStartedAt: T - fullHoursAgo * HOUR_MS,
    firstFullStartedAt: T - firstFullHoursAgo * HOUR_MS,
    incrementalStartedAt: incrementalHoursAgo === null ? null : T - incrementalHoursAgo * HOUR_MS,
  })

  test('the first run reads thirty days back and thirty ahead', () => {
    expect(planSync(T, zone, none, undefined)).toMatchObject({
      mode: 'full',
      windowFrom: '2026-08-16',
      windowTo: '2026-10-15',
      changedAfter: null,
      previousStartedAt: null,
    })
    expect(planSync(T, zone, none, 'incremental').mode).toBe('full')
  })

  test('most runs ask only for what changed, with an hour of overlap', () => {
    expect(planSync(T, zone, lastRuns(2, 1), undefined)).toMatchObject({
      mode: 'incremental',
      changedAfter: T - 2 * HOUR_MS,
      windowFrom: null,
      previousStartedAt: T - HOUR_MS,
    })
    expect(planSync(T, zone, lastRuns(2, null), undefined)).toMatchObject({ changedAfter: T - 3 * HOUR_MS })
  })

  test('a full run does not hide what changed outside its window before it', () => {
    expect(planSync(T, zone, lastRuns(1, 9, 30), undefined)).toMatchObject({
      mode: 'incremental',
      changedAfter: T - 10 * HOUR_MS,
      previousStartedAt: T - HOUR_MS,
    })
  })

  test('six hours never pass without a full run', () => {
    expect(planSync(T, zone, lastRuns(5.5, 0.5), undefined).mode).toBe('full')
    expect(planSync(T, zone, lastRuns(5.5, 0.5), 'incremental').mode).toBe('full')
  })

  test('a full run can be had on demand', () => {
    expect(planSync(T, zone, lastRuns(0.1, 0.1), 'full').mode).toBe('full')
  })
})

describe('the link to the booking form', () => {
  const place = { companyId: 235564, yclientsServiceId: 5147108, yclientsStaffId: undefined }

  test('is by default exactly the one of the seeds', () => {
    expect(timetableUrl(place, { name: 'Иван Иванов', email: 'ivan@example.com', phone: '+79991234567' })).toBe(
      `https://yclients.com/timetable/235564?services=5147108&client_name=${encodeURIComponent('Иван')}%20${encodeURIComponent('Иванов')}&client_email=ivan@example.com&client_phone=%2B79991234567`,
    )
  })

  test('leaves out what is not known and names the staff member if one was chosen', () => {
    expect(timetableUrl({ ...place, yclientsStaffId: 42 }, { name: 'A', email: null, phone: null })).toBe(
      'https://yclients.com/timetable/235564?services=5147108&staff=42&client_name=A',
    )
  })

  test('with a form number opens YClients’ own page at the choice of time', () => {
    expect(bookingFormUrl(place, 123456)).toBe(
      'https://n123456.yclients.com/company/235564/personal/select-time?o=m-1s5147108',
    )
  })
})
