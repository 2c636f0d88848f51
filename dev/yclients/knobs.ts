import { isObject, type Json } from './json.ts'

/** Ways in which an answer can fail. `reset` drops the connection, `slow` only waits `slowMs`. */
export const FAILURES = ['429', '500', '502', 'html', 'html200', 'successFalse', 'empty', 'reset', 'slow'] as const
export type Failure = (typeof FAILURES)[number]

/** Every switch of the simulator. Percentages run from 0 to 100; decisions repeat with the seed. */
export interface Knobs {
  /** `auto`: webhooks leave by themselves after `delayMs`. `manual`: they wait in the outbox. Default `auto`. */
  delivery: 'auto' | 'manual'
  /** Delay of a webhook in ms. Default 200; the real one is about 5000. */
  delayMs: number
  /** Webhooks that never leave. Default 0. */
  lossPercent: number
  /** Webhooks that leave twice. Default 0. */
  duplicatePercent: number
  /** Webhooks held back by up to `reorderWindowMs`, so that later ones overtake them. Default 0. */
  reorderPercent: number
  /** Default 2000. */
  reorderWindowMs: number
  /** How many updates with the same content one change of a record sends. Default 1. */
  burst: number
  /** Record webhooks from which about half of the fields are missing. Default 0. */
  partialPercent: number
  /** Body of a record's `delete`: the full object, `{id, company_id, deleted}`, or `data: []`. Default `full`. */
  deleteBody: 'full' | 'bare' | 'empty'
  /** Whether changes made through the API send webhooks too (`hooks_settings.self_sending` must agree). Default true. */
  selfSending: boolean
  /** Also send `client.update` when a client's visit counters move. Default false. */
  counterEvents: boolean

  /** Where the client's phone and e-mail are blank for want of rights. Default `never`. */
  hiddenContacts: 'never' | 'webhooks' | 'everywhere'
  /** Records shown with `client: null` and `services: []`. Default 0. */
  nullClientPercent: number
  /** Objects whose ids and prices are strings. Default 0. */
  stringNumbersPercent: number
  /** How an empty object is written where PHP decides: `custom_fields`, an empty `meta`. Default `array`, that is `[]`. */
  emptyObjects: 'array' | 'object' | 'mixed'
  /** Clients without surname and later keys, as in 2019. Default 0. */
  legacyClientPercent: number
  /** Objects with keys nobody documented. Default 0. */
  extraKeysPercent: number
  /** Objects with shuffled keys. Default 0. */
  shuffledKeysPercent: number
  /** Records whose `attendance` is missing, so that only `visit_attendance` tells. Default 0. */
  noAttendancePercent: number
  /** Order of `GET /records`; the real one promises none. Default `id`. */
  listOrder: 'id' | 'shuffled'
  /** An empty `/records` page answers 404 `Не найдено` instead of `[]`. Default false. */
  emptyListIs404: boolean
  /** `data` of an administrator's create and update: both forms were seen. Default `object`. */
  adminAnswer: 'object' | 'list'

  /** Answers that wait `slowMs` first. Default 0. */
  slowPercent: number
  /** Default 20000, which is beyond a client's usual patience. */
  slowMs: number
  /** Answers 429 although the limit is not reached. Default 0. */
  tooManyPercent: number
  /** Answers 500 or 502 with JSON. Default 0. */
  serverErrorPercent: number
  /** Answers 502 with an HTML page. Default 0. */
  htmlPercent: number
  /** Answers 200 with `success: false`. Default 0. */
  successFalsePercent: number
  /** Connections dropped without an answer. Default 0. */
  resetPercent: number
  /** Failures for the next requests, used up in this order. Default none. */
  failNext: Failure[]
  /** Only paths that contain this text fail. Default `''`, that is all. */
  failOnly: string
  /** Whether a failing request has done its work before it fails. Default `before`: nothing was done. */
  failMoment: 'before' | 'after'

  /** Whether requests are limited at all. Default true. */
  rateLimit: boolean
  /** Default 5. */
  perSecond: number
  /** Default 200. */
  perMinute: number
  /** Largest page of `/records`. Default 200. */
  pageCap: number

  /** Shape of 401 and unknown-path errors under the v2 `Accept`; both were seen. Default `v1`. */
  authErrorShape: 'v1' | 'v2'
  /** Paths that contain one of these texts answer 403 for want of rights. Default none. */
  forbidden: string[]
  /** The branch's licence has run out: 403 on every call that names the branch. Default false. */
  licenceExpired: boolean
  /** `/auth` answers 200 with a `uuid` and no token. Default false. */
  twoFactor: boolean

  /** Step of `book_times` in minutes. Default 30. */
  slotStepMinutes: number
  /** `09:00` instead of `9:00` in `book_times`. Default true. */
  leadingZero: boolean
  /** Booking online needs the SMS code `0000`. Default false. */
  phoneConfirmation: boolean
  /** Booking online needs a comment. Default false. */
  commentRequired: boolean
  /** Booking online needs an e-mail. Default false. */
  emailRequired: boolean
  /** Whether a client may move or cancel a booking. Default true. */
  clientMayChange: boolean
  /** No move or cancel by the client within this many seconds before the visit. Default 0. */
  changeDelaySeconds: number
  /** Put the business code (431–438) into `meta.errors` of the v2 body; where it really sits is unknown. Default false. */
  codesInMeta: boolean
}

export const defaultKnobs = (): Knobs => ({
  delivery: 'auto',
  delayMs: 200,
  lossPercent: 0,
  duplicatePercent: 0,
  reorderPercent: 0,
  reorderWindowMs: 2000,
  burst: 1,
  partialPercent: 0,
  deleteBody: 'full',
  selfSending: true,
  counterEvents: false,
  hiddenContacts: 'never',
  nullClientPercent: 0,
  stringNumbersPercent: 0,
  emptyObjects: 'array',
  legacyClientPercent: 0,
  extraKeysPercent: 0,
  shuffledKeysPercent: 0,
  noAttendancePercent: 0,
  listOrder: 'id',
  emptyListIs404: false,
  adminAnswer: 'object',
  slowPercent: 0,
  slowMs: 20_000,
  tooManyPercent: 0,
  serverErrorPercent: 0,
  htmlPercent: 0,
  successFalsePercent: 0,
  resetPercent: 0,
  failNext: [],
  failOnly: '',
  failMoment: 'before',
  rateLimit: true,
  perSecond: 5,
  perMinute: 200,
  pageCap: 200,
  authErrorShape: 'v1',
  forbidden: [],
  licenceExpired: false,
  twoFactor: false,
  slotStepMinutes: 30,
  leadingZero: true,
  phoneConfirmation: false,
  commentRequired: false,
  emailRequired: false,
  clientMayChange: true,
  changeDelaySeconds: 0,
  codesInMeta: false,
})

const CHOICES: { [K in keyof Knobs]?: readonly string[] } = {
  delivery: ['auto', 'manual'],
  deleteBody: ['full', 'bare', 'empty'],
  hiddenContacts: ['never', 'webhooks', 'everywhere'],
  emptyObjects: ['array', 'object', 'mixed'],
  listOrder: ['id', 'shuffled'],
  adminAnswer: ['object', 'list'],
  failMoment: ['before', 'after'],
  authErrorShape: ['v1', 'v2'],
  failNext: FAILURES,
}

/** Sets the given knobs after checking all of them; returns what is wrong, and then sets none. */
export function turnKnobs(knobs: Knobs, input: Json): string | undefined {
  if (!isObject(input)) return 'knobs are an object'
  const sample = new Map<string, unknown>(Object.entries(defaultKnobs()))
  const choices = new Map(Object.entries(CHOICES))
  for (const [name, value] of Object.entries(input)) {
    const like = sample.get(name)
    if (like === undefined) return `no such knob: ${name}`
    if (Array.isArray(like) !== Array.isArray(value) || typeof like !== typeof value) return `${name}: wrong type`
    if (typeof value === 'number' && value < 0) return `${name}: negative`
    const allowed = choices.get(name)
    const words = Array.isArray(value) ? value : [value]
    if (Array.isArray(value) && !words.every((word) => typeof word === 'string')) return `${name}: a list of strings`
    if (allowed && !words.every((word) => allowed.includes(String(word))))
      return `${name}: one of ${allowed.join(', ')}`
  }
  Object.assign(knobs, input)
  return undefined
}
