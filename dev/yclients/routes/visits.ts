import { Hono } from 'hono'
import { financeOf } from '../accounts.ts'
import { guards } from '../auth.ts'
import type { Context } from '../context.ts'
import { answer, notFound } from '../envelope.ts'
import { list, number, readObject, text } from '../read.ts'
import { invalid, readAttendance, readLine } from '../record-body.ts'
import { changeVisit } from '../records.ts'
import { recordView } from '../render.ts'
import { recordsOfVisit, type SalonRecord, visitAttendance } from '../state.ts'

/** A visit groups the records of one coming of a client. */
export function visitRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { user } = guards(ctx)

  const visitView = (record: SalonRecord) => ({
    attendance: visitAttendance(ctx.salon, record),
    datetime: ctx.clock.iso(record.startsAt),
    comment: record.comment,
    // Inside a visit these flags are numbers.
    records: recordsOfVisit(ctx.salon, record.visitId).map((sibling) => ({
      ...recordView(ctx, sibling, { form: 'rest' }),
      deleted: 0,
      prepaid: 0,
      prepaid_confirmed: 0,
    })),
  })

  const find = (visitId: string, recordId?: string): SalonRecord => {
    const records = recordsOfVisit(ctx.salon, Number(visitId))
    const found = recordId === undefined ? records[0] : records.find(({ id }) => id === Number(recordId))
    if (!found) throw notFound()
    return found
  }

  app.get('/visits/:visit', user, (c) => answer(ctx, c.req.raw, visitView(find(c.req.param('visit')))))

  app.put('/visits/:visit/:record', user, async (c) => {
    const record = find(c.req.param('visit'), c.req.param('record'))
    const body = await readObject(c.req.raw)
    const comment = text(body.comment)
    if (comment === undefined) throw invalid({ comment: ['Не указано значение'] })
    if (body.attendance === undefined) throw invalid({ attendance: ['Не указано значение'] })
    const attendance = readAttendance(body.attendance)
    const lines = list(body.services).map((item) => readLine(ctx, item))
    const paid = number(body.fast_payment) || list(body.new_transactions).length > 0
    const changes = {
      comment,
      attendance,
      ...(lines.length > 0 && { services: lines }),
      ...(paid && { paidFull: true }),
    }
    changeVisit(ctx, record, changes, 'api')
    return answer(ctx, c.req.raw, visitView(record))
  })

  app.get('/visit/details/:cid/:record/:visit', user, (c) => {
    const record = find(c.req.param('visit'), c.req.param('record'))
    const client = record.clientId === null ? undefined : ctx.salon.clients.get(record.clientId)
    return answer(ctx, c.req.raw, {
      payment_transactions: financeOf(ctx, record, client),
      loyalty_transactions: [],
      kkm_transaction_details_container: { last_operation_type: 0, transactions: [] },
      items: record.services.map((line) => ({
        id: 0,
        item_id: line.id,
        item_type_id: 1,
        record_id: record.id,
        item_title: line.title,
        amount: line.amount,
        first_cost: line.firstCost,
        manual_cost: line.cost,
        discount: line.discount,
        cost: line.cost,
        master_id: record.staffId,
        good_id: 0,
        service_id: line.id,
        event_id: 0,
        is_service: true,
        is_event: false,
        is_good: false,
      })),
    })
  })

  return app
}
