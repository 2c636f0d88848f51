import { Hono } from 'hono'
import { guards } from '../auth.ts'
import { busyText } from '../booking.ts'
import type { Context } from '../context.ts'
import { type AnswerOptions, ApiError, answer, notFound, nothing } from '../envelope.ts'
import { flag, readObject } from '../read.ts'
import { readRecordBody } from '../record-body.ts'
import { listRecords, readFilters } from '../record-list.ts'
import { changeRecord, createRecord, deleteRecord, type NewRecord } from '../records.ts'
import { recordView } from '../render.ts'
import { isFree } from '../slots.ts'
import type { SalonRecord } from '../state.ts'

/** Records as the salon's own people handle them. */
export function recordRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { user } = guards(ctx)

  const find = (id: string): SalonRecord => {
    const record = ctx.salon.records.get(Number(id))
    if (!record || record.deleted) throw notFound()
    return record
  }

  app.get('/records/:cid', user, (c) => {
    const filters = readFilters(ctx, new URL(c.req.url).searchParams)
    const { page, total, records } = listRecords(ctx, filters)
    if (records.length === 0 && ctx.knobs.emptyListIs404) throw notFound()
    const data = records.map((record) => recordView(ctx, record, { form: 'rest', ...filters.include }))
    return answer(ctx, c.req.raw, data, { meta: { page, total_count: total } })
  })

  app.get('/record/:cid/:rid', user, (c) => {
    const include = {
      consumables: flag(c.req.query('include_consumables')),
      finance: flag(c.req.query('include_finance_transactions')),
    }
    return answer(ctx, c.req.raw, recordView(ctx, find(c.req.param('rid')), { form: 'rest', ...include }))
  })

  app.post('/records/:cid', user, async (c) => {
    const { record, saveIfBusy } = readRecordBody(ctx, await readObject(c.req.raw), 'create')
    if (!saveIfBusy) demandFree(ctx, record)
    return written(ctx, c.req.raw, createRecord(ctx, record, 'api'))
  })

  app.put('/record/:cid/:rid', user, async (c) => {
    const old = find(c.req.param('rid'))
    const { record, saveIfBusy } = readRecordBody(ctx, await readObject(c.req.raw), 'update')
    if (!saveIfBusy) demandFree(ctx, record, old.id)
    return written(ctx, c.req.raw, changeRecord(ctx, old, record, 'api'))
  })

  app.delete('/record/:cid/:rid', user, (c) => {
    deleteRecord(ctx, find(c.req.param('rid')), 'api')
    return nothing(204)
  })

  return app
}

function demandFree(ctx: Context, record: NewRecord & { startsAt: number; seanceLength: number }, except?: number) {
  const staff = ctx.salon.staff.get(record.staffId)
  if (staff && !isFree(ctx, staff, record, except)) throw new ApiError(409, busyText(ctx, staff, record.startsAt))
}

/** Both a create and an update answer 201. */
function written(ctx: Context, request: Request, record: SalonRecord): Response {
  const view = recordView(ctx, record, { form: 'rest' })
  const options: AnswerOptions = { status: 201 }
  return answer(ctx, request, ctx.knobs.adminAnswer === 'list' ? [view] : view, options)
}
