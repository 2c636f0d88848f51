import { API_ID_PREFIX } from '../booking/booking.ts'
import { findClientCode } from '../users/client-code.ts'

/**
 * What the flight recorder keeps of a webhook's body: numbers, times, sums and flags as they came; of what says who somebody is,
 * only that it was there. It names what may be kept, so a field that nobody has heard of is counted and left out, its name
 * included. Pure.
 */
export type Masked = null | boolean | number | string | readonly Masked[] | { readonly [key: string]: Masked }

type Mask = (value: unknown) => Masked

const HIDDEN = '•••'
/** How many fields were left out. */
const LEFT_OUT = '…'
const MAX_LISTED = 10

/** That something stood there; empty stays empty, which is what one wants to know of a missing phone. */
const hidden: Mask = (value) => {
  if (value === null || value === undefined) return null
  if (value === '') return ''
  return Array.isArray(value) && value.length === 0 ? [] : HIDDEN
}

const matching =
  (pattern: RegExp): Mask =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : hidden(value)

/** A whole number up to `max`, also as text; anything else might be a phone. */
const upTo =
  (max: number): Mask =>
  (value) => {
    const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,10}$/.test(value))
    return isNumber && Number.isInteger(Number(value)) && Math.abs(Number(value)) <= max ? value : hidden(value)
  }

/** Longer ones might be phones, of Russia and of its neighbours; the event itself says its number beside the body. */
const id = upTo(2_999_999_999)
/** Seconds, marks of attendance, counts. */
const small = upTo(999_999)
const flag: Mask = (value) => (typeof value === 'boolean' ? value : upTo(1)(value))
const money: Mask = (value) => {
  if (typeof value === 'number') return Math.abs(value) < 10_000_000 ? value : HIDDEN
  return matching(/^-?\d{1,7}([.,]\d{1,2})?$/)(value)
}
const time = matching(/^20\d\d-[01]\d-[0-3]\d([T ][0-2]\d:[0-5]\d(:[0-5]\d)?(\.\d{1,6})?\s?(Z|[+-]\d\d:?\d\d)?)?$/)
/** Ours are drawn at random; what others write there is theirs. */
const apiId = matching(new RegExp(`^${API_ID_PREFIX}[0-9a-f-]{36}$`))

/** Its first letter, if it is not the whole of it. */
const name: Mask = (value) => {
  const initial = typeof value === 'string' ? /^\s*(\p{L})\p{L}/u.exec(value)?.[1] : undefined
  return initial === undefined ? hidden(value) : `${initial}${HIDDEN}`
}

/** Its last two digits. Stars are YClients' own: our token may not see phones. */
const phone: Mask = (value) => {
  if (typeof value === 'string' && value.includes('*')) return '***'
  const digits = typeof value === 'string' || typeof value === 'number' ? String(value).replace(/\D/g, '') : ''
  return digits.length < 10 ? hidden(value) : `${HIDDEN}${digits.slice(-2)}`
}

const mail: Mask = (value) => (typeof value === 'string' && value.includes('@') ? `${HIDDEN}@${HIDDEN}` : hidden(value))

/** Whether a client's code can be read in it, which decides whose the visit is; of the code the last two digits. */
const comment: Mask = (value) => {
  const code = typeof value === 'string' ? findClientCode(value.slice(0, 2000)) : undefined
  return code === undefined ? hidden(value) : `${HIDDEN} код ${HIDDEN}${code.slice(-2)}`
}

const object = (known: Readonly<Record<string, Mask>>): Mask => {
  const masks = new Map(Object.entries(known))
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return hidden(value)
    const kept: Record<string, Masked> = {}
    let leftOut = 0
    for (const [key, inner] of Object.entries(value)) {
      const mask = masks.get(key)
      if (mask) kept[key] = mask(inner)
      else leftOut++
    }
    return leftOut > 0 ? { ...kept, [LEFT_OUT]: leftOut } : kept
  }
}

const listOf =
  (mask: Mask): Mask =>
  (value) => {
    if (!Array.isArray(value)) return hidden(value)
    const kept = value.slice(0, MAX_LISTED).map(mask)
    return value.length > MAX_LISTED ? [...kept, { [LEFT_OUT]: value.length - MAX_LISTED }] : kept
  }

const names = { name, surname: name, patronymic: name, display_name: name }
const person = { ...names, phone, email: mail, comment: hidden }

/** A client's number is his card, by which he is found; a visit's is not. */
const maskRecord = object({
  id,
  company_id: id,
  visit_id: id,
  api_id: apiId,
  staff_id: id,
  services: listOf(
    object({
      id,
      amount: small,
      cost: money,
      manual_cost: money,
      first_cost: money,
      cost_to_pay: money,
      discount: money,
    }),
  ),
  client: object({ id: hidden, ...person }),
  comment,
  date: time,
  datetime: time,
  create_date: time,
  last_change_date: time,
  attendance: small,
  visit_attendance: small,
  confirmed: small,
  seance_length: small,
  length: small,
  technical_break_duration: small,
  paid_full: small,
  online: flag,
  deleted: flag,
})

const maskClient = object({ id: hidden, ...person, last_change_date: time })

/** Of resources that are not about people only what they are and when they changed. */
const maskOther = object({ id, company_id: id, active: flag, date: time, create_date: time, last_change_date: time })

/** What `data` of an event of this resource said, without the person. */
export function maskBody(resource: string, data: unknown): Masked {
  if (resource === 'record') return maskRecord(data)
  return resource === 'client' ? maskClient(data) : maskOther(data)
}

/** The resource or status that an event names: a plain word, or it is not repeated. */
export const plainWord = (text: string): string => (/^[a-z][a-z_]{0,39}$/.test(text) ? text : HIDDEN)
