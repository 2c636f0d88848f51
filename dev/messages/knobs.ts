const WAYS = {
  /** How SMS.ru behaves: accepts; gone behind a proxy; overloaded (220); its refusals; answers only after `slowMs`. */
  sms: ['ok', 'down', 'busy', 'no_money', 'no_sender', 'bad_number', 'stop_list', 'slow'],
  /** How UniSender Go behaves: likewise, `busy` being a 429 and the last two refusals about the recipient. */
  mail: ['ok', 'down', 'busy', 'no_sender', 'rejected', 'all_rejected', 'slow'],
  /** How FCM behaves: `gone` says that the app was removed from the phone, `unauthorized` refuses the service account. */
  push: ['ok', 'down', 'busy', 'gone', 'unauthorized', 'slow'],
} as const

/** Every switch of the catcher. */
export interface Knobs {
  sms: (typeof WAYS.sms)[number]
  mail: (typeof WAYS.mail)[number]
  push: (typeof WAYS.push)[number]
  /** Default 20000, longer than anybody waits for an SMS provider. */
  slowMs: number
}

export const defaultKnobs = (): Knobs => ({ sms: 'ok', mail: 'ok', push: 'ok', slowMs: 20_000 })

/** Sets the given knobs after checking all of them; returns what is wrong, and then sets none. */
export function turnKnobs(knobs: Knobs, input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return 'knobs are an object'
  const turned = { ...knobs }
  for (const [name, value] of Object.entries(input)) {
    if (name === 'sms') {
      const way = WAYS.sms.find((known) => known === value)
      if (way === undefined) return `sms: one of ${WAYS.sms.join(', ')}`
      turned.sms = way
    } else if (name === 'mail') {
      const way = WAYS.mail.find((known) => known === value)
      if (way === undefined) return `mail: one of ${WAYS.mail.join(', ')}`
      turned.mail = way
    } else if (name === 'push') {
      const way = WAYS.push.find((known) => known === value)
      if (way === undefined) return `push: one of ${WAYS.push.join(', ')}`
      turned.push = way
    } else if (name === 'slowMs') {
      if (typeof value !== 'number' || !(value >= 0)) return 'slowMs: milliseconds'
      turned.slowMs = value
    } else {
      return `no such knob: ${name}`
    }
  }
  Object.assign(knobs, turned)
  return undefined
}
