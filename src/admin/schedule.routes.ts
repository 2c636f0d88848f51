import { createRoute, z } from '@hono/zod-openapi'
import {
  dayBody,
  dayField,
  daySchema,
  daysQuery,
  hoursBody,
  hoursChangeBody,
  hoursSchema,
  readDayBody,
  readHoursBody,
  readHoursChange,
  readWeekBody,
  renderDay,
  renderHours,
  weekBody,
} from '../catalog/schedule.view.ts'
import { setWeek } from '../catalog/set-week.ts'
import { clearDay, listDays, setDay } from '../catalog/single-days.ts'
import { addHours, changeHours, listHours, removeHours } from '../catalog/weekly-schedule.ts'
import { adminSecurity, doneBy, idSchema, json, jsonBody, newRoutes, problems, refuse } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'

export const adminScheduleRoutes = newRoutes()
const common = { tags: ['admin: catalog'], security: adminSecurity }
const byId = z.object({ id: idSchema })
const interval = byId.extend({ schedule_id: idSchema })

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/staff/{id}/schedule',
    operationId: 'listSchedule',
    summary: 'The weekly hours of a master',
    request: { params: byId },
    responses: {
      200: json(z.array(hoursSchema), 'All intervals, Monday first'),
      ...problems({ 404: ['staff_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const listed = await listHours(c.var.ctx, c.req.valid('param').id)
    return listed.ok ? c.json(listed.value.map(renderHours), 200) : refuse(listed)
  },
)

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/staff/{id}/schedule',
    operationId: 'addSchedule',
    summary: 'Another working interval in the week of a master',
    request: { params: byId, ...jsonBody(hoursBody) },
    responses: {
      201: json(hoursSchema, 'The new interval'),
      ...problems({
        400: ['malformed_json'],
        404: ['staff_not_found'],
        409: ['schedule_overlap'],
        422: ['validation_failed', 'break_outside_hours'],
      }),
    },
  }),
  async (c) => {
    const written = readHoursBody(c.req.valid('json'))
    const added = await addHours(c.var.ctx, c.req.valid('param').id, written, doneBy(c))
    return added.ok ? c.json(renderHours(added.value), 201) : refuse(added)
  },
)

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'put',
    path: '/admin/staff/{id}/schedule',
    operationId: 'setWeek',
    summary: 'Set all weekly hours of a master at once; visits booked outside of them stay',
    request: { params: byId, ...jsonBody(weekBody) },
    responses: {
      200: json(z.array(hoursSchema), 'All intervals as they are now, also switched off ones'),
      ...problems({
        400: ['malformed_json'],
        404: ['staff_not_found'],
        409: ['schedule_overlap'],
        412: ['changed_meanwhile'],
        422: ['validation_failed', 'break_outside_hours'],
      }),
    },
  }),
  async (c) => {
    const hours = readWeekBody(c.req.valid('json'))
    const set = await setWeek(c.var.ctx, c.req.valid('param').id, { hours }, doneBy(c))
    if (set.ok) return c.json(set.value.map(renderHours), 200)
    if (!('at' in set)) return refuse(set)
    const errors = set.at.map((index) => ({ field: `intervals.${index}`, message: set.refusal }))
    throw new ProblemError(set.refusal, { errors })
  },
)

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/admin/staff/{id}/schedule/{schedule_id}',
    operationId: 'changeSchedule',
    summary: 'Change a working interval',
    request: { params: interval, ...jsonBody(hoursChangeBody) },
    responses: {
      200: json(hoursSchema, 'The interval as it is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['schedule_not_found'],
        409: ['schedule_overlap'],
        422: ['validation_failed', 'break_outside_hours'],
      }),
    },
  }),
  async (c) => {
    const { id: staffId, schedule_id: id } = c.req.valid('param')
    const changed = await changeHours(c.var.ctx, { staffId, id }, readHoursChange(c.req.valid('json')), doneBy(c))
    return changed.ok ? c.json(renderHours(changed.value), 200) : refuse(changed)
  },
)

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/admin/staff/{id}/schedule/{schedule_id}',
    operationId: 'removeSchedule',
    summary: 'Take a working interval out of the week; visits booked in it stay',
    request: { params: interval },
    responses: {
      204: { description: 'It is gone' },
      ...problems({ 404: ['schedule_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { id: staffId, schedule_id: id } = c.req.valid('param')
    const removed = await removeHours(c.var.ctx, { staffId, id }, doneBy(c))
    return removed.ok ? c.body(null, 204) : refuse(removed)
  },
)

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/staff/{id}/schedule/days',
    operationId: 'listScheduleDays',
    summary: 'Days that do not follow the week: by hand, and as YClients says',
    request: { params: byId, query: daysQuery },
    responses: {
      200: json(z.array(daySchema), 'The days, earliest first'),
      ...problems({ 404: ['staff_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const listed = await listDays(c.var.ctx, c.req.valid('param').id, c.req.valid('query'))
    return listed.ok ? c.json(listed.value.map(renderDay), 200) : refuse(listed)
  },
)

const oneDay = byId.extend({ date: dayField })

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'put',
    path: '/admin/staff/{id}/schedule/days/{date}',
    operationId: 'setScheduleDay',
    summary: 'Set the hours of one day by hand: a day off, or other hours',
    request: { params: oneDay, ...jsonBody(dayBody) },
    responses: {
      200: json(daySchema, 'The day as it is now'),
      ...problems({
        400: ['malformed_json'],
        404: ['staff_not_found'],
        409: ['schedule_overlap'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { id, date: day } = c.req.valid('param')
    const set = await setDay(c.var.ctx, id, { day, ...readDayBody(c.req.valid('json')) }, doneBy(c))
    return set.ok ? c.json(renderDay(set.value), 200) : refuse(set)
  },
)

adminScheduleRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/admin/staff/{id}/schedule/days/{date}',
    operationId: 'clearScheduleDay',
    summary: 'Let a day follow YClients, or the week, again',
    request: { params: oneDay },
    responses: {
      204: { description: 'The day is as any other' },
      ...problems({ 404: ['schedule_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { id, date } = c.req.valid('param')
    const cleared = await clearDay(c.var.ctx, id, date, doneBy(c))
    return cleared.ok ? c.body(null, 204) : refuse(cleared)
  },
)
