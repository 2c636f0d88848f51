import { type ClientChanges, normalPhone } from './clients.ts'
import type { Context } from './context.ts'
import { ApiError, notFound } from './envelope.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { fields, flag, given, list, number, text } from './read.ts'
import { durationOf, type NewRecord, type ServiceLine } from './records.ts'
import type { Attendance } from './state.ts'

/** What an administrator must send. A partial body of an update is refused, not merged. */
const REQUIRED = {
  create: ['staff_id', 'services', 'client', 'datetime', 'seance_length'],
  update: ['staff_id', 'services', 'client', 'datetime', 'seance_length', 'save_if_busy', 'send_sms'],
} as const

export interface RecordBody {
  record: NewRecord & { startsAt: number; seanceLength: number }
  saveIfBusy: boolean
}

export function readRecordBody(ctx: Context, body: JsonObject, purpose: keyof typeof REQUIRED): RecordBody {
  const missing = REQUIRED[purpose].filter((key) => body[key] === undefined)
  if (missing.length > 0) throw invalid(Object.fromEntries(missing.map((key) => [key, ['Не указано значение']])))

  const staffId = number(body.staff_id)
  const startsAt = ctx.clock.parse(text(body.datetime) ?? '')
  const attendance = body.attendance === undefined ? undefined : readAttendance(body.attendance)
  if (staffId === undefined) throw invalid({ staff_id: ['Не указан сотрудник.'] })
  if (startsAt === undefined) throw invalid({ datetime: ['Неверный формат даты'] })
  if (!ctx.salon.staff.has(staffId)) {
    throw notFound(`Сотрудник с ID ${staffId} не найден в филиале ${ctx.salon.companyId}.`)
  }
  const services = list(body.services).map((item) => readLine(ctx, item))
  const record = {
    staffId,
    services,
    client: readClient(ctx, body.client ?? null),
    startsAt,
    // 0 and null happen; then the services say how long it takes.
    seanceLength: number(body.seance_length) || durationOf(ctx, services, staffId),
    ...given({
      attendance,
      comment: text(body.comment),
      apiId: text(body.api_id),
      customColor: text(body.custom_color),
      customFields: body.custom_fields === undefined ? undefined : fields(body.custom_fields),
      smsHours: number(body.sms_remain_hours),
      emailHours: number(body.email_remain_hours),
      paidFull: number(body.fast_payment) ? true : undefined,
    }),
  }
  return { record, saveIfBusy: flag(body.save_if_busy) }
}

export const invalid = (errors: JsonObject) => new ApiError(422, 'Произошла ошибка при проверке данных', { errors })

export function readAttendance(value: Json): Attendance {
  switch (number(value)) {
    case -1:
      return -1
    case 0:
      return 0
    case 1:
      return 1
    case 2:
      return 2
    default:
      throw invalid({ attendance: ['Неверное значение'] })
  }
}

export function readLine(ctx: Context, item: Json): ServiceLine {
  const id = isObject(item) ? number(item.id) : undefined
  if (!isObject(item) || id === undefined) throw notFound('Услуга не указана.')
  if (!ctx.salon.services.has(id)) throw notFound('Услуга не найдена.')
  return {
    id,
    ...given({
      firstCost: number(item.first_cost),
      discount: number(item.discount),
      cost: number(item.cost),
      amount: number(item.amount),
    }),
  }
}

function readClient(ctx: Context, value: Json): NewRecord['client'] {
  if (!isObject(value)) return null
  const id = number(value.id)
  if (id !== undefined && ctx.salon.clients.has(id)) return id
  const phone = normalPhone(text(value.phone) ?? '')
  if (phone === '') throw invalid({ 'client.phone': ['Неверный формат телефона'] })
  return { phone, ...readClientFields(value) }
}

export function readClientFields(value: JsonObject): Omit<ClientChanges, 'phone'> {
  return given({
    name: text(value.name),
    surname: text(value.surname),
    patronymic: text(value.patronymic),
    email: text(value.email),
    comment: text(value.comment),
    birthday: text(value.birth_date),
    discount: number(value.discount),
  })
}
