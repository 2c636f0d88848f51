import { documentsOf, financeOf } from './accounts.ts'
import type { Context } from './context.ts'
import type { Json, JsonObject } from './json.ts'
import { rubles, spice } from './spice.ts'
import type { Client, SalonRecord } from './state.ts'
import { visitAttendance } from './state.ts'
import { positionView } from './views.ts'

export interface RecordForm {
  /** REST and webhook bodies differ in a few keys. */
  form: 'rest' | 'webhook'
  consumables?: boolean
  finance?: boolean
}

export function recordView(ctx: Context, record: SalonRecord, { form, consumables, finance }: RecordForm): JsonObject {
  const { clock, knobs, noise, salon } = ctx
  const rest = form === 'rest'
  const bare = noise.chance(knobs.nullClientPercent, 'null client', record.id)
  const client = record.clientId === null || bare ? undefined : salon.clients.get(record.clientId)
  const { id } = record
  const view: JsonObject = {
    id,
    company_id: salon.companyId,
    staff_id: record.staffId,
    services: bare ? [] : record.services.map((line) => lineView(ctx, id, line)),
    goods_transactions: [],
    staff: staffInRecord(ctx, record.staffId),
    client: client ? clientInRecord(ctx, client, form) : null,
    clients_count: 1,
    date: clock.local(record.startsAt),
    datetime: clock.iso(record.startsAt),
    create_date: clock.isoNoColon(record.createdAt),
    last_change_date: clock.isoNoColon(record.changedAt),
    comment: record.comment,
    online: record.online,
    visit_attendance: visitAttendance(salon, record),
    attendance: record.attendance,
    confirmed: record.confirmed,
    seance_length: record.seanceLength,
    length: record.seanceLength,
    technical_break_duration: 0,
    sms_before: record.smsHours,
    sms_now: 0,
    sms_now_text: '',
    email_now: 0,
    notified: 0,
    sms_remain_hours: record.smsHours,
    email_remain_hours: record.emailHours,
    master_request: 0,
    api_id: record.apiId,
    from_url: '',
    review_requested: 0,
    visit_id: record.visitId,
    created_user_id: record.createdUserId,
    deleted: record.deleted,
    paid_full: record.paidFull ? 1 : 0,
    prepaid: false,
    prepaid_confirmed: false,
    is_update_blocked: false,
    custom_color: record.customColor,
    custom_font_color: '',
    record_labels: [],
    activity_id: 0,
    custom_fields: emptyOr(ctx, record.customFields, 'record', id),
    documents: documentsOf(ctx, record),
    comer: null,
    comer_person_info: null,
    bookform_id: record.bookformId,
    record_from: record.recordFrom,
    is_mobile: record.isMobile,
    short_link: `https://yclients.example/c/${record.hash.slice(0, 5)}/${record.hash.slice(5, 10)}/`,
  }
  if (rest) {
    view.payment_status = 0
    view.is_sale_bill_printed = false
    view.resource_instance_ids = []
    view.acceptance_free = null
    view.consumables = []
    view.finance_transactions = finance ? financeOf(ctx, record, client) : []
    if (!consumables) delete view.consumables
    if (!finance) delete view.finance_transactions
  } else {
    view.composite = []
  }
  if (noise.chance(knobs.noAttendancePercent, 'no attendance', id)) delete view.attendance
  return spice(ctx, view, ['id', 'staff_id', 'visit_id'], 'record', id)
}

function lineView(ctx: Context, recordId: number, line: SalonRecord['services'][number]): JsonObject {
  const text = ctx.noise.chance(ctx.knobs.stringNumbersPercent, 'strings', 'record', recordId)
  const money = (value: number) => (text ? rubles(value) : value)
  const unit = line.cost / (line.amount || 1)
  return {
    id: text ? String(line.id) : line.id,
    title: line.title,
    cost: money(line.cost),
    cost_to_pay: money(line.cost),
    manual_cost: money(line.cost),
    cost_per_unit: money(Math.round(unit * 100) / 100),
    discount: line.discount,
    first_cost: money(line.firstCost),
    amount: line.amount,
  }
}

function staffInRecord(ctx: Context, staffId: number): Json {
  const staff = ctx.salon.staff.get(staffId)
  if (!staff) return null
  return {
    id: staff.id,
    api_id: null,
    name: staff.name,
    specialization: staff.specialization,
    position: positionView(staff),
    avatar: 'https://yclients.example/images/no-master-sm.png',
    avatar_big: 'https://yclients.example/images/no-master.png',
    rating: staff.rating,
    votes_count: 0,
  }
}

export const displayName = (client: Client) =>
  [client.name, client.patronymic, client.surname].filter((part) => part !== '').join(' ')

function clientInRecord(ctx: Context, client: Client, form: RecordForm['form']): JsonObject {
  const { knobs, noise } = ctx
  const { phone, email } = visibleContacts(ctx, client, form)
  const view: JsonObject = {
    id: client.id,
    name: client.name,
    phone,
    card: '',
    email,
    success_visits_count: client.successVisits,
    fail_visits_count: client.failVisits,
  }
  if (!noise.chance(knobs.legacyClientPercent, 'legacy client', client.id)) {
    view.surname = client.surname
    view.patronymic = client.patronymic
    view.display_name = displayName(client)
    view.discount = client.discount
    view.custom_fields = emptyOr(ctx, {}, 'client', client.id)
    view.client_tags = []
    if (form === 'rest') view.is_new = client.successVisits === 0
    else Object.assign(view, { comment: client.comment, sex: client.sex, birthday: client.birthday })
  }
  return spice(ctx, view, ['id'], 'client', client.id)
}

export function visibleContacts({ knobs }: Context, client: Client, form: RecordForm['form']) {
  const hidden = knobs.hiddenContacts === 'everywhere' || (knobs.hiddenContacts === 'webhooks' && form === 'webhook')
  return hidden ? { phone: '', email: '' } : { phone: client.phone, email: client.email }
}

/** An empty object as the salon's PHP would write it. */
export function emptyOr({ knobs, noise }: Context, fields: Record<string, string>, kind: string, id: number): Json {
  if (Object.keys(fields).length > 0) return { ...fields }
  if (knobs.emptyObjects === 'mixed') return noise.chance(50, 'empty object', kind, id) ? [] : {}
  return knobs.emptyObjects === 'array' ? [] : {}
}
