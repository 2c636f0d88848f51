import type { Language } from '../../platform/problem.ts'

/** red: a person has to act now. attention: somebody should look when there is time. */
export type ConditionStatus = 'ok' | 'attention' | 'red'

type Said = readonly [text: string, remedy?: string]

const condition = (status: ConditionStatus, link: string | null, ru: Said, en: Said) => ({ status, link, ru, en })

const SYNC = '/admin/sync'
const PARKED = '/admin/sync/parked'
const DOCTOR = '/admin/settings/doctor'
const WEBHOOK = '/admin/settings/webhook'
const LEDGER = '/admin/settings/ledger'
/** Until payments have a page of their own. */
const HEALTH = '/admin/settings/health'

/**
 * Everything that the health check may say, in one table: how bad it is, the page of the panel where it is put right, what to say
 * and what to do. {names} are facts.
 */
export const CONDITIONS = {
  cron_alive: condition('ok', null, ['Расписание работает: последний раз {ago} назад'], ['The cron works: {ago} ago']),
  cron_never: condition(
    'attention',
    DOCTOR,
    [
      'Расписание ещё ни разу не сработало',
      'Подождите полчаса; потом проверьте [triggers] в wrangler.toml и выложите снова',
    ],
    ['The cron has never come', 'Wait half an hour; then check [triggers] in wrangler.toml and deploy again'],
  ),
  cron_silent: condition(
    'red',
    DOCTOR,
    ['Расписание не срабатывало {ago}', 'Cloudflare → Workers → Settings → Triggers: расписание */30; выложите снова'],
    ['The cron has not come for {ago}', 'Cloudflare → Workers → Settings → Triggers: the schedule */30; deploy again'],
  ),

  yclients_off: condition('ok', null, ['Связь с YClients выключена'], ['The link with YClients is switched off']),
  sync_fresh: condition('ok', null, ['Синхронизация завершилась {ago} назад'], ['The last sync ended {ago} ago']),
  sync_never: condition(
    'red',
    SYNC,
    ['Синхронизации ещё не было', 'Запустите её на странице «Синхронизация»'],
    ['Nothing was synchronised yet', 'Start a run on the page Synchronisation'],
  ),
  sync_stuck: condition(
    'red',
    SYNC,
    ['Синхронизация не проходит: {error}', 'Проверьте доступ к YClients (диагностика в настройках), запустите снова'],
    ['The sync does not get through: {error}', 'Check the access to YClients (doctor in the settings), start it again'],
  ),
  sync_overdue: condition(
    'red',
    SYNC,
    ['Законченной синхронизации не было {ago}', 'Запустите её вручную; если не поможет, проверьте расписание'],
    ['No sync has ended for {ago}', 'Start one by hand; if that does not help, check the cron'],
  ),

  webhooks_arrive: condition('ok', null, ['Последний вебхук пришёл {ago} назад'], ['The last webhook came {ago} ago']),
  webhooks_never: condition(
    'attention',
    WEBHOOK,
    ['Из YClients ещё не пришло ни одного вебхука', 'Откройте «Вебхук YClients» и зарегистрируйте адрес'],
    ['No webhook has ever come from YClients', 'Open «YClients webhook» and register the address'],
  ),
  webhooks_silent: condition(
    'attention',
    WEBHOOK,
    ['Вебхуков не было {ago}', 'Если визиты менялись, откройте «Вебхук YClients» и сверьте адрес'],
    ['No webhook has come for {ago}', 'If visits have changed, open «YClients webhook» and compare the address'],
  ),

  drift_none: condition('ok', null, ['Расхождений с YClients нет: чисто {ago}'], ['No drift from YClients for {ago}']),
  drift_unknown: condition(
    'ok',
    null,
    ['О расхождениях с YClients пока нечего сказать'],
    ['Nothing can be said of drift from YClients yet'],
  ),
  drift_found: condition(
    'attention',
    SYNC,
    [
      'Последняя синхронизация нашла то, о чём вебхуки не сообщили',
      'Посмотрите отчёт; если повторяется, проверьте вебхук',
    ],
    ['The last sync found what no webhook had told', 'Look at the report; if it happens again, check the webhook'],
  ),

  nothing_parked: condition('ok', null, ['Отложенной работы нет'], ['No work is parked']),
  work_parked: condition(
    'red',
    PARKED,
    ['Отложено и ждёт человека: {count}', 'Откройте список, устраните причину и отправьте снова или закройте'],
    ['Given up on and waiting for a person: {count}', 'Open the list, remove the cause, send it again or dismiss it'],
  ),
  messages_unlimited: condition('ok', null, ['Сообщения клиентам уходят'], ['Messages to clients leave']),
  messages_limited: condition(
    'red',
    HEALTH,
    [
      'Дневной лимит сообщений исчерпан, не отправлено: {count}',
      'Посмотрите, кому и что ушло (/api/v1/admin/messages); если всё верно, поднимите SMS_DAILY_LIMIT, MAIL_DAILY_LIMIT или PUSH_DAILY_LIMIT',
    ],
    [
      "The day's limit of messages is reached, held back: {count}",
      'See what went to whom (/api/v1/admin/messages); if it is right, raise SMS_DAILY_LIMIT, MAIL_DAILY_LIMIT or PUSH_DAILY_LIMIT',
    ],
  ),
  no_alarms: condition('ok', null, ['Тревог нет'], ['No alarms']),
  alarms_held: condition(
    'red',
    PARKED,
    ['Тревоги: {count}', 'Прочитайте каждую в списке отложенной работы и закройте'],
    ['Alarms: {count}', 'Read each in the list of parked work and dismiss it'],
  ),
  queue_moves: condition('ok', null, ['Очередь справляется'], ['The queue keeps up']),
  queue_waits: condition(
    'attention',
    SYNC,
    ['Ждут повтора: вебхуков {events}, визитов без бонусов {visits}', 'Пройдёт само; если растёт, проверьте YClients'],
    [
      'Waiting for another try: {events} webhooks, {visits} visits without bonuses',
      'It will pass; if it grows, check YClients',
    ],
  ),

  visits_told: condition('ok', null, ['YClients знает обо всех визитах'], ['YClients knows of all visits']),
  visits_untold: condition(
    'attention',
    SYNC,
    [
      'YClients не сообщено об изменениях: {untold}, из них новых визитов {provisional}',
      'Проверьте доступ к YClients; пока он лежит, держите эти времена свободными',
    ],
    [
      'YClients has not been told of {untold} changes, {provisional} of them new visits',
      'Check the access to YClients; while it is down keep these times free',
    ],
  ),
  visits_matched: condition(
    'ok',
    null,
    ['Спорных визитов нет; не в приложении за 30 дней и впереди: {count}'],
    ['No visit is in doubt; of people not in the app, of 30 days and to come: {count}'],
  ),
  visits_unmatched: condition(
    'attention',
    '/admin/bookings?unmatched=undecided',
    [
      'Визиты, которые подходят двоим или несут неизвестный код, за 30 дней и впереди: {count}',
      'Откройте список и укажите клиента: тогда начислятся бонусы',
    ],
    [
      'Visits that fit two clients or carry a code nobody has, of 30 days and to come: {count}',
      'Open the list and say whose they are: their bonuses follow',
    ],
  ),

  ledger_sound: condition(
    'ok',
    null,
    ['Бонусы сходятся: проверено {ago} назад'],
    ['The ledger adds up: checked {ago} ago'],
  ),
  ledger_never: condition(
    'attention',
    LEDGER,
    [
      'Бонусы ещё не проверялись',
      'Проверка идёт ночью; чтобы сразу, откройте «Проверка бонусов» и нажмите «Проверить сейчас»',
    ],
    [
      'The ledger was never checked',
      'It is checked at night; to do it at once open «Check of bonuses» and press "Check now"',
    ],
  ),
  ledger_old: condition(
    'attention',
    LEDGER,
    ['Бонусы не проверялись {ago}', 'Откройте «Проверка бонусов» и нажмите «Проверить сейчас»'],
    ['The ledger was not checked for {ago}', 'Open «Check of bonuses» and press "Check now"'],
  ),
  ledger_differs: condition(
    'red',
    LEDGER,
    [
      'Бонусы не сходятся, расхождений: {count}',
      'Ничего не исправляйте вручную; откройте «Проверка бонусов»: там список, покажите его разработчику',
    ],
    [
      'The ledger does not add up, differences: {count}',
      'Correct nothing by hand; open «Check of bonuses»: show its list to the developer',
    ],
  ),

  payments_excepted: condition(
    'attention',
    HEALTH,
    [
      'Платежи, на которые нужно посмотреть: {count}',
      'Откройте список GET /api/v1/admin/payments/exceptions, разберитесь с каждым и закройте',
    ],
    [
      'Payments that somebody should look at: {count}',
      'Open the list GET /api/v1/admin/payments/exceptions, settle each and close it',
    ],
  ),
  receipts_late: condition(
    'red',
    HEALTH,
    [
      'Вторые чеки (54-ФЗ) не зарегистрированы в срок: {count}',
      'Проверьте кассу в кабинете платёжной системы и контакт клиента; чек отправляется повторно сам',
    ],
    [
      'Second receipts (54-FZ) not registered in time: {count}',
      "Check the cash desk in the provider's cabinet and the client's contact; the receipt is sent again by itself",
    ],
  ),

  clock_right: condition('ok', null, ['Часы совпадают с YClients'], ["The clock agrees with YClients'"]),
  clock_unknown: condition('ok', null, ['С часами YClients ещё не сверялись'], ["YClients' clock was not seen yet"]),
  clock_wrong: condition(
    'attention',
    DOCTOR,
    [
      'Часы YClients расходятся с нашими на {seconds} с',
      'Напишите в поддержку YClients: от их часов зависит порядок изменений',
    ],
    [
      "YClients' clock differs from ours by {seconds} s",
      'Tell the support of YClients: the order of changes depends on it',
    ],
  ),
} as const satisfies Record<string, ReturnType<typeof condition>>

export type ConditionCode = keyof typeof CONDITIONS
export const CONDITION_CODES = Object.keys(CONDITIONS) as [ConditionCode, ...ConditionCode[]] // keys of a literal table

/** One thing that was looked at, and how it stands. Facts are counts, codes and times; `agoMs` becomes {ago}. */
export interface Condition {
  readonly code: ConditionCode
  readonly facts: Readonly<Record<string, string | number>>
}

export const statusOf = ({ code }: Condition): ConditionStatus => CONDITIONS[code].status

/** A condition in words. */
export function sayCondition({ code, facts }: Condition, language: Language): { text: string; remedy: string | null } {
  const [text, remedy]: Said = CONDITIONS[code][language]
  const known = typeof facts.agoMs === 'number' ? { ...facts, ago: sayDuration(facts.agoMs, language) } : facts
  const filled = (said: string) => said.replaceAll(/\{(\w+)\}/g, (hole, name) => String(known[name] ?? hole))
  return { text: filled(text), remedy: remedy === undefined ? null : filled(remedy) }
}

const UNITS = { ru: ['мин', 'ч', 'дн.'], en: ['min', 'h', 'days'] } as const

/** In the largest unit of which there are at least two. */
function sayDuration(ms: number, language: Language): string {
  const [minutes, hours, days] = UNITS[language]
  const count = Math.max(0, Math.floor(ms / 60_000))
  if (count < 120) return `${count} ${minutes}`
  return count < 48 * 60 ? `${Math.floor(count / 60)} ${hours}` : `${Math.floor(count / (24 * 60))} ${days}`
}
