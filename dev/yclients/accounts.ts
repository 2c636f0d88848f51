import type { Context } from './context.ts'
import type { Json } from './json.ts'
import type { Client, SalonRecord } from './state.ts'

const HOUR = 3_600_000
export const ADMINISTRATOR = 746_310
export const CASH_DESK = { id: 90_459, title: 'Основная касса' }
export const SERVICE_INCOME = { id: 5, title: 'Оказание услуг' }

export const totalCost = (record: SalonRecord) =>
  Math.round(record.services.reduce((sum, line) => sum + line.cost * 100, 0)) / 100

export const documentId = (record: SalonRecord) => record.visitId + 34_000_000

/** Naive dates in documents and payments are an hour off the branch's time, as in the bodies seen. */
const naive = ({ clock }: Context, at: number) => clock.local(at + HOUR)

export function documentsOf(ctx: Context, record: SalonRecord): Json[] {
  return [
    {
      id: documentId(record),
      type_id: 7,
      storage_id: 0,
      user_id: ADMINISTRATOR,
      company_id: ctx.salon.companyId,
      number: documentId(record),
      comment: '',
      date_created: naive(ctx, record.startsAt),
      category_id: 0,
      visit_id: record.visitId,
      record_id: record.id,
      type_title: 'Визит',
      is_sale_bill_printed: false,
    },
  ]
}

export function financeOf(ctx: Context, record: SalonRecord, client: Client | undefined): Json[] {
  if (!record.paidFull) return []
  return [
    {
      id: record.id + 500_000_000,
      document_id: documentId(record),
      date: naive(ctx, record.changedAt),
      type_id: 5,
      expense_id: SERVICE_INCOME.id,
      account_id: CASH_DESK.id,
      amount: totalCost(record),
      client_id: client?.id ?? 0,
      master_id: 0,
      supplier_id: 0,
      comment: '',
      item_id: record.services[0]?.id ?? 0,
      target_type_id: 1,
      record_id: record.id,
      goods_transaction_id: 0,
      expense: SERVICE_INCOME,
      account: CASH_DESK,
      client: client ? { id: client.id, name: client.name, phone: payerPhone(ctx, client) } : [],
      master: [],
      supplier: [],
    },
  ]
}

/** Payments write the phone without the plus. */
export const payerPhone = ({ knobs }: Context, client: Client) =>
  knobs.hiddenContacts === 'everywhere' ? '' : client.phone.replace('+', '')
