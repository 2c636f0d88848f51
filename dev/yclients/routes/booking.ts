import { Hono } from 'hono'
import { guards } from '../auth.ts'
import { bookOnline, busyText, mayClientChange, readAppointments } from '../booking.ts'
import type { Context } from '../context.ts'
import { ApiError, answer, notFound, nothing } from '../envelope.ts'
import type { JsonObject } from '../json.ts'
import { readObject, text } from '../read.ts'
import { changeRecord, deleteRecord } from '../records.ts'
import { recordView } from '../render.ts'
import { isFree } from '../slots.ts'
import type { SalonRecord } from '../state.ts'

/** What a client does: check, book, move, cancel. The partner token is enough for most of it. */
export function bookingRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { partner, user } = guards(ctx)

  const find = (id: string, hash?: string): SalonRecord => {
    const record = ctx.salon.records.get(Number(id))
    if (!record || record.deleted || (hash !== undefined && hash !== record.hash)) throw notFound()
    return record
  }
  const demandChangeable = (record: SalonRecord) => {
    if (!mayClientChange(ctx, record)) throw new ApiError(403, 'Изменение и отмена записи недоступны')
  }

  app.post('/book_check/:cid', partner, async (c) => {
    readAppointments(ctx, await readObject(c.req.raw))
    return nothing(201)
  })

  app.post('/book_record/:cid', partner, async (c) => {
    const booked = bookOnline(ctx, await readObject(c.req.raw)).map(({ appointment, record }) => ({
      short: { id: appointment.id, record_id: record.id, record_hash: record.hash },
      record,
    }))
    const data = booked.map(({ short }) => short)
    const bare = booked.map(({ short, record }) => ({ ...short, record: nestedRecord(ctx, record) }))
    return answer(ctx, c.req.raw, data, { status: 201, bare })
  })

  app.get('/book_record/:cid/:rid/:hash', partner, (c) => {
    const record = find(c.req.param('rid'), c.req.param('hash'))
    return answer(ctx, c.req.raw, nestedRecord(ctx, record))
  })

  app.put('/book_record/:cid/:rid', user, async (c) => {
    const record = find(c.req.param('rid'))
    const body = await readObject(c.req.raw)
    const startsAt = ctx.clock.parse(text(body.datetime) ?? '')
    if (startsAt === undefined) throw new ApiError(422, 'Не указана дата и время записи')
    demandChangeable(record)
    const staff = ctx.salon.staff.get(record.staffId)
    const stretch = { startsAt, seanceLength: record.seanceLength }
    if (staff && !isFree(ctx, staff, stretch, record.id)) {
      throw new ApiError(422, busyText(ctx, staff, startsAt), { code: 433 })
    }
    changeRecord(ctx, record, { startsAt, comment: text(body.comment) ?? record.comment }, 'api')
    return answer(ctx, c.req.raw, nestedRecord(ctx, record))
  })

  app.delete('/user/records/:rid/:hash', partner, (c) => {
    const record = find(c.req.param('rid'), c.req.param('hash'))
    demandChangeable(record)
    deleteRecord(ctx, record, 'api')
    return nothing(200)
  })

  return app
}

/** The shorter record that the booking page gets. */
function nestedRecord(ctx: Context, record: SalonRecord): JsonObject {
  const full = recordView(ctx, record, { form: 'rest' })
  const changeable = mayClientChange(ctx, record)
  return {
    id: record.id,
    services: full.services ?? [],
    company: {
      id: ctx.salon.companyId,
      timezone: 6,
      currency_short_title: '₽',
      allow_change_record_delay_step: ctx.knobs.changeDelaySeconds,
      allow_delete_record_delay_step: ctx.knobs.changeDelaySeconds,
    },
    clients_count: 1,
    date: ctx.clock.local(record.startsAt),
    datetime: ctx.clock.isoNoColon(record.startsAt),
    create_date: ctx.clock.isoNoColon(record.createdAt),
    comment: record.comment,
    deleted: record.deleted,
    attendance: record.attendance,
    length: record.seanceLength,
    notify_by_sms: record.smsHours,
    notify_by_email: record.emailHours,
    online: record.online,
    staff: full.staff ?? null,
    paid_amount: 0,
    allow_delete_record: changeable,
    allow_change_record: changeable,
    is_confirmation_needed: false,
  }
}
