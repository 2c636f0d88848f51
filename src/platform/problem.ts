/**
 * Every refusal the API can answer, in one table: stable code → HTTP status and the two texts. Codes are part of the
 * contract with the mobile app; texts are not.
 */
const PROBLEMS = {
  malformed_json: [400, 'Тело запроса — не JSON', 'The request body is not JSON'],
  malformed_envelope: [400, 'Тело не похоже на событие YClients', 'The body is not a YClients event'],
  validation_failed: [422, 'Неверные данные запроса', 'The request is not valid'],
  invalid_cursor: [400, 'Неизвестный курсор списка', 'Unknown list cursor'],
  idempotency_key_required: [400, 'Нужен заголовок Idempotency-Key', 'The Idempotency-Key header is required'],
  idempotency_key_reused: [
    422,
    'Этот Idempotency-Key уже использован с другими данными',
    'This Idempotency-Key was used with other input',
  ],
  unauthenticated: [401, 'Нужен действующий токен', 'A valid token is required'],
  forbidden: [403, 'Недостаточно прав', 'Not allowed'],
  cross_site_request: [403, 'Запрос пришёл с другого сайта', 'The request came from another site'],
  wrong_credentials: [401, 'Неверный e-mail или пароль', 'Wrong e-mail or password'],
  invalid_refresh_token: [401, 'Сеанс завершён, войдите снова', 'Signed out, please sign in again'],
  code_wrong: [422, 'Неверный код', 'Wrong code'],
  code_expired: [422, 'Код устарел, запросите новый', 'The code has expired, ask for a new one'],
  consent_required: [
    422,
    'Нужно согласие на обработку персональных данных',
    'Consent to the processing of personal data is required',
  ],
  too_many_requests: [429, 'Слишком часто, повторите позже', 'Too often, try again later'],
  channel_unavailable: [409, 'Отправка кодов этим способом отключена', 'Codes cannot be sent this way'],
  country_not_served: [422, 'На номера этой страны коды не отправляются', 'No codes are sent to this country'],
  contact_not_found: [404, 'Контакт не найден', 'No such contact'],
  last_contact: [409, 'Последний контакт удалить нельзя', 'The last contact cannot be removed'],
  too_many_contacts: [409, 'Слишком много контактов', 'Too many contacts'],
  wrong_unsubscribe_link: [403, 'Эта ссылка недействительна', 'This link is not valid'],
  device_not_found: [404, 'Такого устройства нет', 'No such device'],
  session_not_found: [404, 'Сеанс не найден', 'No such session'],
  bootstrap_refused: [403, 'Неверный или уже использованный секрет', 'Wrong or used bootstrap secret'],
  weak_password: [422, 'Слишком простой пароль', 'The password is too weak'],
  admin_not_found: [404, 'Администратор не найден', 'No such administrator'],
  admin_exists: [409, 'Администратор с таким e-mail уже есть', 'An administrator with this e-mail exists'],
  last_owner: [409, 'Последнего владельца нельзя лишить прав', 'The last owner must stay one'],
  levels_not_ascending: [
    422,
    'У каждого уровня должны быть свой порог и свой код',
    'Each level needs a threshold and a code of its own',
  ],
  daily_limit_reached: [409, 'Дневной лимит списаний исчерпан', "The day's limit of write-offs is reached"],
  webhook_secret_missing: [
    409,
    'Не задан YCLIENTS_WEBHOOK_SECRET: без него вебхуки не принимаются',
    'YCLIENTS_WEBHOOK_SECRET is not set: no webhook is accepted without it',
  ],
  webhook_not_public: [
    409,
    'YClients шлёт вебхуки только на адрес в интернете (https)',
    'YClients sends webhooks to public https addresses only',
  ],
  not_a_test_record: [409, 'Это не проверочная запись', 'This is not a test record'],
  no_free_time: [
    409,
    'Не нашлось свободного времени у мастеров на ближайший месяц',
    'No free time with any master within a month',
  ],
  wrong_webhook_secret: [403, 'Неверный секрет вебхука', 'Wrong webhook secret'],
  not_found: [404, 'Не найдено', 'Not found'],
  user_not_found: [404, 'Клиент не найден', 'No such client'],
  booking_not_found: [404, 'Запись не найдена', 'No such booking'],
  service_not_found: [404, 'Услуга не найдена', 'No such service'],
  staff_not_found: [404, 'Мастер не найден', 'No such staff member'],
  category_not_found: [404, 'Категория не найдена', 'No such category'],
  schedule_not_found: [404, 'Такого интервала в расписании нет', 'No such interval in the schedule'],
  changed_meanwhile: [
    412,
    'Пока вы это правили, кто-то другой успел раньше. Посмотрите, как сейчас',
    'Somebody else has changed this meanwhile. Look at it again',
  ],
  schedule_overlap: [409, 'Интервалы расписания пересекаются', 'Intervals of the schedule overlap'],
  break_outside_hours: [422, 'Перерыв должен быть внутри рабочего времени', 'The break has to be within working hours'],
  yclients_id_taken: [409, 'Этот номер YClients уже привязан', 'This number of YClients is linked already'],
  managed_in_yclients: [409, 'Это ведётся в YClients, измените там', 'This is kept in YClients, change it there'],
  yclients_unavailable: [503, 'YClients не отвечает, повторите позже', 'YClients does not answer, try again later'],
  yclients_refused: [
    409,
    'YClients отказал в доступе: проверьте токены и права',
    'YClients refused: check tokens and rights',
  ],
  service_not_in_yclients: [409, 'Услуга не привязана к YClients', 'The service is not linked to YClients'],
  yclients_disabled: [409, 'Интеграция с YClients выключена', 'The YClients integration is switched off'],
  contact_taken: [409, 'Этот телефон или e-mail уже есть у другого клиента', 'This contact belongs to another client'],
  already_merged: [409, 'Этот клиент уже объединён с другим', 'This client was merged into another already'],
  merge_with_itself: [422, 'Клиента нельзя объединить с самим собой', 'A client cannot be merged with himself'],
  already_replayed: [
    409,
    'Это задание уже отправлено повторно или закрыто',
    'This work was replayed or dismissed already',
  ],
  not_replayable: [
    409,
    'Это задание нельзя повторить, его можно только закрыть',
    'This work cannot be replayed, only dismissed',
  ],
  insufficient_balance: [409, 'Недостаточно бонусов', 'Not enough bonuses'],
  exceeds_price: [409, 'Списание больше стоимости визита', 'More than the visit costs'],
  booking_of_another_client: [409, 'Запись принадлежит другому клиенту', 'The booking belongs to another client'],
  too_many_bookings: [409, 'Слишком много предстоящих записей', 'Too many bookings to come'],
  booking_not_changeable: [409, 'Эту запись уже нельзя изменить', 'This booking can no longer be changed'],
  too_late_to_change: [409, 'До визита осталось слишком мало времени', 'It is too late to change this booking'],
  booked_in_yclients: [409, 'Этот визит ведётся в YClients', 'This visit is kept in YClients'],
  visit_not_begun: [409, 'Этот визит ещё впереди', 'This visit is still to come'],
  staff_not_in_yclients: [
    422,
    'Визит ведётся в YClients, а этот мастер там не работает',
    'The visit is kept in YClients, where this staff member does not work',
  ],
  payment_open: [409, 'Эта запись сейчас оплачивается', 'This booking is being paid'],
  payments_disabled: [409, 'Онлайн-оплата выключена', 'Online payment is switched off'],
  payment_not_found: [404, 'Платёж не найден', 'No such payment'],
  not_a_hold: [409, 'Оплатить можно только удержанное время', 'Only a held time can be paid'],
  nothing_to_pay: [409, 'Платить не за что', 'There is nothing to pay'],
  bonus_share_exceeded: [409, 'Столько бонусами заплатить нельзя', 'This many bonuses cannot be part of the price'],
  return_url_refused: [
    422,
    'Адрес возврата должен быть https или адресом приложения',
    'The return address has to be https or of the app',
  ],
  refund_exceeds_payment: [409, 'Больше, чем осталось вернуть', 'More than is left to refund'],
  refund_needs_owner: [403, 'Такую сумму возвращает владелец', 'A sum like this is refunded by the owner'],
  payment_not_refundable: [409, 'По этому платежу нечего возвращать', 'Nothing of this payment can be refunded'],
  no_exception: [409, 'Здесь нечего закрывать', 'There is nothing to close'],
  notification_refused: [403, 'Уведомление не принято', 'The notification was not accepted'],
  hold_expired: [409, 'Время брони истекло', 'The hold has ended'],
  precondition_failed: [412, 'Запись изменилась, обновите её', 'The booking has changed, reload it'],
  booking_cancelled: [409, 'Запись отменена', 'The booking is cancelled'],
  time_in_past: [422, 'Нельзя забронировать время в прошлом', 'A time in the past cannot be booked'],
  too_soon: [422, 'Записаться на это время уже нельзя: слишком скоро', 'Too soon to be booked'],
  too_far: [422, 'Запись на этот день ещё не открыта', 'Booking is not open for this day yet'],
  day_off: [422, 'В этот день мастер не работает', 'The staff member does not work on this day'],
  outside_working_hours: [422, 'В это время мастер не работает', 'Outside working hours'],
  break: [422, 'В это время перерыв', 'There is a break at this time'],
  not_a_slot: [422, 'На это время записаться нельзя, выберите другое', 'No visit can start at this time'],
  phone_rejected: [
    422,
    'Для записи нужен действующий номер телефона',
    'A valid phone number is needed for this booking',
  ],
  client_blocked: [409, 'Онлайн-запись недоступна, позвоните в салон', 'Please call the salon to book'],
  service_not_bookable: [422, 'Эту услугу сейчас нельзя забронировать', 'This service cannot be booked now'],
  slot_taken: [409, 'Время уже занято', 'The time is taken'],
  staff_does_not_do_service: [
    422,
    'Мастер не оказывает выбранные услуги',
    'The staff member does not do the chosen services',
  ],
  body_too_large: [413, 'Слишком большое тело запроса', 'The request body is too large'],
  unsupported_form: [415, 'Это не форма с нашей страницы', 'This is no form of our pages'],
  unsupported_media_type: [415, 'Нужен application/json', 'application/json is required'],
  internal_error: [500, 'Внутренняя ошибка', 'Internal error'],
  misconfigured: [503, 'Сервис не настроен', 'The service is not configured'],
  temporarily_unavailable: [503, 'Временно недоступно, повторите позже', 'Temporarily unavailable, try again later'],
} as const satisfies Record<string, readonly [status: number, ru: string, en: string]>

export type ProblemCode = keyof typeof PROBLEMS
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]] // keys of a literal table

export interface FieldError {
  readonly field: string
  readonly message: string
}

/** What a refusal may say besides its code. */
export interface ProblemDetails {
  readonly errors?: readonly FieldError[]
  /** Becomes the Retry-After header. */
  readonly retryAfterSeconds?: number
  /** Further members of the body. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Thrown at the HTTP edge; the one error renderer turns it into application/problem+json. Verbs return values instead. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly details: ProblemDetails
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(code)
    this.name = 'ProblemError'
    this.code = code
    this.details = details
  }
}

export type Language = 'ru' | 'en'

/** Russian unless the first language the client asks for is English. */
export function languageOf(acceptLanguage: string | undefined | null): Language {
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'ru'
}

/** A refusal for people, where it is no RFC 9457 answer. */
export function describeProblem(
  code: ProblemCode,
  language: Language,
): { readonly status: number; readonly text: string } {
  const [status, ru, en] = PROBLEMS[code]
  return { status, text: language === 'en' ? en : ru }
}

/** RFC 9457 answer. `type` is a stable URN, so that nobody has to host pages for it. */
export function problemResponse(
  code: ProblemCode,
  request: { language: Language; requestId: string; details?: ProblemDetails | undefined },
): Response {
  const [status, ru, en] = PROBLEMS[code]
  const { errors, retryAfterSeconds, extensions } = request.details ?? {}
  const body = {
    ...extensions,
    type: `urn:spa-booking:problem:${code}`,
    title: en,
    status,
    detail: request.language === 'en' ? en : ru,
    code,
    request_id: request.requestId,
    ...(errors ? { errors } : {}),
  }
  const headers = new Headers({ 'content-type': 'application/problem+json; charset=utf-8' })
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  return new Response(JSON.stringify(body), { status, headers })
}
