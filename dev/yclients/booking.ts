import { addClient, findByPhone } from './clients.ts'
import type { Context } from './context.ts'
import { ApiError } from './envelope.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { fields, given, list, number, numbers, text } from './read.ts'
import { createRecord, durationOf } from './records.ts'
import { bookableStaff, isFree, overlap } from './slots.ts'
import type { SalonRecord, Staff } from './state.ts'

/** The SMS code that is right when `phoneConfirmation` is on. */
export const SMS_CODE = '0000'

export interface Appointment {
  id: number
  services: number[]
  staffId: number
  startsAt: number
  seanceLength: number
  customFields: Record<string, string>
}

/** The appointments of a booking, each of them possible now; otherwise the refusal of the first that is not. */
export function readAppointments(ctx: Context, body: JsonObject): Appointment[] {
  const wanted = list(body.appointments)
  if (wanted.length === 0) throw new ApiError(422, 'Не указаны записи')
  const accepted: Appointment[] = []
  for (const [index, item] of wanted.entries()) {
    const appointment = readAppointment(ctx, item, index, accepted)
    accepted.push(appointment)
  }
  return accepted
}

function readAppointment(ctx: Context, item: Json, index: number, earlier: Appointment[]): Appointment {
  if (!isObject(item)) throw new ApiError(422, 'Не указаны записи')
  const id = number(item.id) ?? index
  const services = numbers(item.services)
  const staffId = number(item.staff_id)
  const startsAt = ctx.clock.parse(text(item.datetime) ?? '')
  if (staffId === undefined) throw new ApiError(422, 'Не указан сотрудник.')
  if (startsAt === undefined) throw new ApiError(422, 'Не указана дата и время записи')
  if (services.length === 0) throw new ApiError(422, 'Услуга не указана.')
  const stretchFor = (staff: Staff) => ({
    startsAt,
    seanceLength: durationOf(
      ctx,
      services.map((service) => ({ id: service })),
      staff.id,
    ),
  })
  const staff = staffId === 0 ? undefined : ctx.salon.staff.get(staffId)
  if (staffId !== 0 && !staff) {
    throw new ApiError(404, `Сотрудник с ID ${staffId} не найден в филиале ${ctx.salon.companyId}.`)
  }
  const able = bookableStaff(ctx, services, staffId)
  if (able.length === 0) throw new ApiError(422, 'Услуга недоступна для онлайн-записи', { code: 438, appointment: id })

  const mine = able.filter(
    (one) => !earlier.some((other) => other.staffId === one.id && overlap(other, stretchFor(one))),
  )
  if (mine.length === 0) throw new ApiError(422, 'Записи пересекаются по времени', { code: 437, appointment: id })
  const free = mine.find((one) => startsAt > ctx.clock.now() && isFree(ctx, one, stretchFor(one)))
  if (!free) {
    throw staff
      ? new ApiError(422, busyText(ctx, staff, startsAt), { code: 433, appointment: id })
      : new ApiError(422, 'Нет доступных сотрудников на выбранное время', { code: 436, appointment: id })
  }
  return { id, services, staffId: free.id, ...stretchFor(free), customFields: fields(item.custom_fields) }
}

const MONTHS = 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(' ')

export function busyText({ clock }: Context, staff: Staff, startsAt: number): string {
  const [year, month, day] = clock.day(startsAt).split('-').map(Number)
  const when = `${day} ${MONTHS[(month ?? 1) - 1]} ${year} в ${clock.time(startsAt)}`
  const why = 'Выбранное время уже занято или является нерабочим.'
  return `К сотруднику ${staff.name}(${staff.id}) нельзя записаться на ${when}. ${why}`
}

/** Books online: all appointments or none. */
export function bookOnline(ctx: Context, body: JsonObject): { appointment: Appointment; record: SalonRecord }[] {
  const phone = text(body.phone) ?? ''
  const name = (text(body.fullname) ?? '').trim()
  const email = text(body.email) ?? ''
  const comment = text(body.comment) ?? ''
  if (!/^[1-9]\d{10,14}$/.test(phone)) throw new ApiError(422, 'Неверный формат телефона', { code: 431 })
  if (name === '') throw new ApiError(422, 'Не указано имя', { code: 435 })
  if (ctx.knobs.emailRequired && email === '') throw new ApiError(422, 'Не указан email')
  if (ctx.knobs.commentRequired && comment === '') throw new ApiError(422, 'Не указан комментарий')
  if (ctx.knobs.phoneConfirmation && text(body.code) !== SMS_CODE) {
    throw new ApiError(422, 'Неверный код подтверждения', { code: 432 })
  }
  const known = findByPhone(ctx, phone)
  if (known?.blacklisted) throw new ApiError(403, 'Запись невозможна', { code: 434 })
  const appointments = readAppointments(ctx, body)

  const surname = text(body.surname) ?? ''
  const client = known ?? addClient(ctx, { name, surname, phone, email }, 'api')
  const visits = new Map<string, number>()
  return appointments.map((appointment) => {
    const day = ctx.clock.day(appointment.startsAt)
    const record = createRecord(
      ctx,
      {
        staffId: appointment.staffId,
        services: appointment.services.map((id) => ({ id })),
        client: client.id,
        startsAt: appointment.startsAt,
        seanceLength: appointment.seanceLength,
        comment,
        online: true,
        isMobile: body.isMobile === true ? 1 : 0,
        customFields: { ...fields(body.custom_fields), ...appointment.customFields },
        ...given({
          visitId: visits.get(day),
          apiId: text(body.api_id),
          bookformId: number(body.bookform_id),
          smsHours: number(body.notify_by_sms),
          emailHours: number(body.notify_by_email),
        }),
      },
      'api',
    )
    visits.set(day, record.visitId)
    return { appointment, record }
  })
}

/** Whether the branch lets the client still change this record. */
export function mayClientChange(ctx: Context, record: SalonRecord): boolean {
  return ctx.knobs.clientMayChange && ctx.clock.now() + ctx.knobs.changeDelaySeconds * 1000 < record.startsAt
}
