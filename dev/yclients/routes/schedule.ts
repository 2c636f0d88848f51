import { Hono } from 'hono'
import { guards } from '../auth.ts'
import type { Context } from '../context.ts'
import { ApiError, answer, notFound } from '../envelope.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { flag, list, number, readJson, readObject, text } from '../read.ts'
import { invalid } from '../record-body.ts'
import { busyIntervals, scheduleOn } from '../slots.ts'
import type { Slot, Staff } from '../state.ts'
import { addDays, daysBetween, isDay } from '../time.ts'

/** Working hours: the older endpoint for one person, the newer one for several, and the timetable. */
export function scheduleRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { partner, user } = guards(ctx)

  const findStaff = (id: number): Staff => {
    const staff = ctx.salon.staff.get(id)
    if (!staff) throw notFound(`Сотрудник с ID ${id} не найден в филиале ${ctx.salon.companyId}.`)
    return staff
  }
  const range = (from: string | undefined, to: string | undefined) => {
    if (!from || !to || !isDay(from) || !isDay(to)) throw new ApiError(422, 'Неверный формат даты')
    return daysBetween(from, to)
  }
  const oldView = (staff: Staff, day: string) => {
    const slots = scheduleOn(staff, day)
    return { date: day, is_working: slots.length > 0 ? 1 : 0, slots: slots.map(({ from, to }) => ({ from, to })) }
  }

  app.get('/schedule/:cid/:staff/:from/:to', user, (c) => {
    const staff = findStaff(Number(c.req.param('staff')))
    const days = range(c.req.param('from'), c.req.param('to'))
    return answer(
      ctx,
      c.req.raw,
      days.map((day) => oldView(staff, day)),
    )
  })

  app.put('/schedule/:cid/:staff/:from/:to', user, async (c) => {
    const staff = findStaff(Number(c.req.param('staff')))
    const days = list(await readJson(c.req.raw)).filter(isObject)
    for (const item of days)
      staff.days.set(readDay(item.date), flag(item.is_working ?? null) ? readSlots(item.slots) : [])
    return answer(
      ctx,
      c.req.raw,
      days.map((item) => oldView(staff, readDay(item.date))),
      { status: 201 },
    )
  })

  app.get('/company/:cid/staff/schedule', user, (c) => {
    const query = new URL(c.req.url).searchParams
    const include = query.getAll('include[]')
    const wanted = query.getAll('staff_ids[]').map(Number)
    const people = wanted.length > 0 ? wanted.map(findStaff) : [...ctx.salon.staff.values()]
    const days = range(c.req.query('start_date'), c.req.query('end_date'))
    const data = people.flatMap((staff) => days.map((day) => newView(staff, day, include)))
    return answer(ctx, c.req.raw, data, { meta: { count: data.length } })
  })

  const newView = (staff: Staff, day: string, include: string[]): JsonObject => {
    const slots = scheduleOn(staff, day)
    const view: JsonObject = { staff_id: staff.id, date: day, slots: slots.map(({ from, to }) => ({ from, to })) }
    if (include.includes('busy_intervals')) {
      view.busy_intervals = busyIntervals(ctx, staff.id, day).map((record) => ({
        entity_type: 'record',
        entity_id: record.id,
        from: ctx.clock.time(record.startsAt),
        to: ctx.clock.time(record.startsAt + record.seanceLength * 1000),
      }))
    }
    if (include.includes('off_day_type')) view.off_day_type = slots.length > 0 ? null : 1
    return view
  }

  app.put('/company/:cid/staff/schedule', user, async (c) => {
    const body = await readObject(c.req.raw)
    const set: { staff: Staff; day: string }[] = []
    for (const item of list(body.schedules_to_set).filter(isObject)) {
      const staff = findStaff(number(item.staff_id) ?? 0)
      for (const day of list(item.dates).map(readDay)) {
        staff.days.set(day, readSlots(item.slots))
        set.push({ staff, day })
      }
    }
    for (const item of list(body.schedules_to_delete).filter(isObject)) {
      const staff = findStaff(number(item.staff_id) ?? 0)
      for (const day of list(item.dates).map(readDay)) staff.days.set(day, [])
    }
    const data = set.map(({ staff, day }) => newView(staff, day, []))
    return answer(ctx, c.req.raw, data, { meta: { count: data.length } })
  })

  app.get('/timetable/dates/:cid/:date', user, (c) => {
    const from = c.req.param('date')
    const staffId = Number(c.req.query('staff_id') ?? 0)
    const people = staffId === 0 ? [...ctx.salon.staff.values()] : [findStaff(staffId)]
    const days = range(from, isDay(from) ? addDays(from, 30) : undefined)
    return answer(
      ctx,
      c.req.raw,
      days.filter((day) => people.some((staff) => scheduleOn(staff, day).length > 0)),
    )
  })

  app.get('/timetable/seances/:cid/:staff/:date', partner, (c) => {
    const staff = findStaff(Number(c.req.param('staff')))
    const day = readDay(c.req.param('date'))
    const busy = busyIntervals(ctx, staff.id, day)
    const times: Json[] = []
    for (const slot of scheduleOn(staff, day)) {
      for (let at = ctx.clock.at(day, slot.from); at < ctx.clock.at(day, slot.to); at += 15 * 60_000) {
        const taken = busy.some((record) => record.startsAt <= at && at < record.startsAt + record.seanceLength * 1000)
        times.push({ time: ctx.clock.time(at), is_free: !taken })
      }
    }
    return answer(ctx, c.req.raw, times)
  })

  return app
}

function readDay(value: Json | undefined): string {
  const day = text(value) ?? ''
  if (!isDay(day)) throw new ApiError(422, 'Неверный формат даты')
  return day
}

const readSlots = (value: Json | undefined): Slot[] =>
  list(value).map((item) => {
    const from = isObject(item) ? text(item.from) : undefined
    const to = isObject(item) ? text(item.to) : undefined
    if (!isTime(from) || !isTime(to) || from >= to) throw invalid({ slots: ['Неверный интервал'] })
    return { from, to }
  })

const isTime = (value: string | undefined): value is string => /^([01]\d|2[0-3]):[0-5]\d$/.test(value ?? '')
