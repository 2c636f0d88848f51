import { CASH_DESK, documentId, payerPhone, SERVICE_INCOME, totalCost } from './accounts.ts'
import { announceClient } from './clients.ts'
import type { Commands } from './commands.ts'
import type { Context } from './context.ts'
import type { NewRecord } from './records.ts'
import type { Client, SalonRecord } from './state.ts'

/**
 * A whole visit as it looks on the wire: booking, confirmation, and then arrival, payment, goods and the client's
 * counters in an order that follows from the seed, because in life it is not fixed either.
 */
export function playVisit(ctx: Context, commands: Commands, input: NewRecord): SalonRecord {
  const record = commands.createRecord(input)
  const client = record.clientId === null ? undefined : ctx.salon.clients.get(record.clientId)
  commands.confirm(record.id)
  const steps = [
    () => {
      commands.complete(record.id)
    },
    () => {
      announcePayment(ctx, record, client)
      commands.pay(record.id)
    },
    () => announceGoods(ctx, record),
    () => {
      if (client) announceClient(ctx, client, 'update', 'salon')
    },
  ]
  for (const step of ctx.noise.shuffle(steps, 'visit steps', record.id)) step()
  return record
}

function announcePayment(ctx: Context, record: SalonRecord, client: Client | undefined): void {
  const id = ctx.salon.next.operation++
  const data = {
    id,
    document_id: documentId(record),
    expense: SERVICE_INCOME,
    date: ctx.clock.isoNoColon(ctx.clock.now()),
    amount: totalCost(record),
    comment: '',
    last_change_date: ctx.clock.isoNoColon(ctx.clock.now()),
    master: [],
    supplier: [],
    account: CASH_DESK,
    client: client ? { id: client.id, name: client.name, phone: payerPhone(ctx, client) } : [],
    record_id: record.id,
    visit_id: record.visitId,
    sold_item_id: record.services[0]?.id ?? 0,
    sold_item_type: 'service',
  }
  ctx.webhooks.emit({ resource: 'finances_operation', resourceId: id, status: 'create', data })
}

function announceGoods(ctx: Context, record: SalonRecord): void {
  const id = ctx.salon.next.operation++
  const now = ctx.clock.isoNoColon(ctx.clock.now())
  const data = {
    id,
    document_id: documentId(record) + 1,
    type_id: 1,
    type: 'Продажа товара',
    good: { id: 22_129_218, title: 'Крем для рук 50 мл' },
    storage: { id: 4_651_226, title: 'Товары' },
    unit: { id: 494_792, title: 'Штука', short_title: 'шт.' },
    operation_unit_type: 1,
    // What leaves the storage is negative; its price is not.
    amount: -1,
    create_date: now,
    cost_per_unit: 890,
    cost: 890,
    discount: 0,
    comment: '',
    master: [],
    supplier: [],
    record_id: record.id,
    service: [],
    client: [],
    last_change_date: now,
    loyalty_abonement_id: 0,
    loyalty_certificate_id: 0,
  }
  ctx.webhooks.emit({ resource: 'goods_operations_sale', resourceId: id, status: 'create', data })
}
