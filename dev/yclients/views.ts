import type { Context } from './context.ts'
import type { Json, JsonObject } from './json.ts'
import { displayName, emptyOr, type RecordForm, visibleContacts } from './render.ts'
import { rubles, spice } from './spice.ts'
import type { Category, Client, Service, Staff } from './state.ts'

const AVATARS = {
  avatar: 'https://yclients.example/images/no-master-sm.png',
  avatar_big: 'https://yclients.example/images/no-master.png',
}

/** An unset position is `[]`, whatever the knobs say. */
export const positionView = ({ position }: Staff): Json =>
  position ? { id: position.id, title: position.title, services_binding_type: 0 } : []

export function serviceView(ctx: Context, service: Service): JsonObject {
  const view: JsonObject = {
    id: service.id,
    salon_service_id: service.id + 400_000,
    title: service.title,
    booking_title: service.title,
    category_id: service.categoryId,
    price_min: service.priceMin,
    price_max: service.priceMax,
    discount: 0,
    comment: service.comment,
    weight: service.weight,
    active: service.active ? 1 : 0,
    service_type: 1,
    is_online: service.active,
    api_id: '',
    duration: service.duration,
    step: 0,
    prepaid: 'forbidden',
    is_multi: false,
    capacity: 0,
    image_group: [],
    dates: [],
    resources: [],
    staff: service.staff.map(({ id, seanceLength, price }) => ({
      id,
      seance_length: seanceLength,
      technological_card_id: 0,
      image_url: '',
      price,
      name: ctx.salon.staff.get(id)?.name ?? '',
    })),
  }
  if (ctx.noise.chance(ctx.knobs.stringNumbersPercent, 'strings', 'service', service.id)) {
    const money = { price_min: rubles(service.priceMin), price_max: rubles(service.priceMax) }
    Object.assign(view, money, { duration: String(service.duration), active: service.active ? '1' : '0' })
  }
  return spice(ctx, view, ['id', 'salon_service_id', 'category_id'], 'service', service.id)
}

export const categoryView = (ctx: Context, category: Category): JsonObject => ({
  id: category.id,
  salon_service_id: category.id + 400_000,
  title: category.title,
  api_id: '',
  weight: category.weight,
  staff: [
    ...new Set(
      [...ctx.salon.services.values()]
        .filter(({ categoryId }) => categoryId === category.id)
        .flatMap((service) => service.staff.map(({ id }) => id)),
    ),
  ],
})

export const staffView = (ctx: Context, staff: Staff): JsonObject =>
  spice(
    ctx,
    {
      id: staff.id,
      api_id: null,
      name: staff.name,
      company_id: ctx.salon.companyId,
      specialization: staff.specialization,
      position: positionView(staff),
      ...AVATARS,
      rating: staff.rating,
      votes_count: 0,
      comments_count: 0,
      show_rating: 1,
      weight: 10,
      information: '<span></span>',
      hidden: staff.hidden ? 1 : 0,
      fired: staff.fired ? 1 : 0,
      is_fired: staff.fired,
      is_deleted: false,
      status: 0,
      image_group: [],
    },
    ['id'],
    'staff',
    staff.id,
  )

/** The older staff list writes all its numbers as strings. */
export const oldStaffView = (staff: Staff): JsonObject => ({
  id: String(staff.id),
  api_id: null,
  name: staff.name,
  specialization: staff.specialization,
  position: positionView(staff),
  ...AVATARS,
  show_rating: '1',
  rating: String(staff.rating),
  votes_count: '0',
  comments_count: '0',
  weight: '10',
  information: '<span></span>',
  hidden: staff.hidden ? '1' : '0',
  fired: staff.fired ? '1' : '0',
  status: '0',
  image_group: [],
})

const SEX = ['Неизвестно', 'Мужской', 'Женский'] as const

export const clientView = (ctx: Context, client: Client, form: RecordForm['form']): JsonObject =>
  spice(
    ctx,
    {
      id: client.id,
      name: client.name,
      surname: client.surname,
      patronymic: client.patronymic,
      display_name: displayName(client),
      ...visibleContacts(ctx, client, form),
      card: '',
      birth_date: client.birthday,
      comment: client.comment,
      discount: client.discount,
      visits: client.successVisits,
      sex_id: client.sex,
      sex: SEX[client.sex],
      sms_check: 0,
      sms_bot: 0,
      sms_not: 0,
      spent: client.spent,
      paid: client.spent,
      balance: 0,
      importance_id: 0,
      importance: 'Без класса важности',
      categories: [],
      last_change_date: ctx.clock.isoNoColon(client.changedAt),
      // A client's card writes {} where a record writes [].
      custom_fields: {},
    },
    ['id'],
    'client',
    client.id,
  )

export const companyView = (ctx: Context): JsonObject => ({
  id: ctx.salon.companyId,
  title: ctx.salon.title,
  country_id: 1,
  country: 'Россия',
  city_id: 1,
  city: ctx.salon.city,
  timezone_name: ctx.clock.zone,
  // As unhelpful as the real one: it differs from the offset of the zone.
  timezone: 6,
  address: ctx.salon.address,
  coordinate_lat: 55.735662,
  coordinate_lon: 37.678218,
  phone: ctx.salon.phone,
  phones: [ctx.salon.phone],
  currency_short_title: '₽',
  phone_confirmation: ctx.knobs.phoneConfirmation,
  booking_comment_required: ctx.knobs.commentRequired,
  booking_email_required: ctx.knobs.emailRequired,
  booking_comment_input_name: 'Комментарий',
  booking_notify_text: '',
  reminds_sms_disabled: false,
  allow_change_record: ctx.knobs.clientMayChange,
  allow_delete_record: ctx.knobs.clientMayChange,
  allow_change_record_delay_step: ctx.knobs.changeDelaySeconds,
  allow_delete_record_delay_step: ctx.knobs.changeDelaySeconds,
  active_staff_count: [...ctx.salon.staff.values()].filter(({ fired }) => !fired).length,
})

export const emptyMeta = (ctx: Context): Json => emptyOr(ctx, {}, 'meta', 0)
