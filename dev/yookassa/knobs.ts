/** How the next requests fail; used up in this order. */
export const FAILURES = ['429', '500', '500after', 'html', 'reset', 'resetAfter'] as const
export type Failure = (typeof FAILURES)[number]

/** Every switch of the shop. Percents are decided by the seed; all of them are off at first. */
export interface Knobs {
  /** `auto`: notifications leave when they are due. `manual`: somebody takes them from the outbox. */
  delivery: 'auto' | 'manual'
  /** Between what happened and its notification. */
  delayMs: number
  /** Notifications that leave more than once, and how many more times. */
  duplicatePercent: number
  duplicateTimes: number
  /** Notifications held back by up to `reorderWindowMs`, so that later ones overtake them. */
  reorderPercent: number
  reorderWindowMs: number
  /** Notifications that never leave, not even again. */
  lossPercent: number
  /** Notifications whose first attempt comes from an address that is not YooKassa's. */
  wrongSenderPercent: number
  /** Further notifications, made up by a stranger: that an open payment was paid. */
  forgedPercent: number
  /** Whether the stranger's notifications come from an address of YooKassa's. */
  forgedSender: 'stranger' | 'yookassa'
  /** Notifications whose object shows another state than the event says. */
  mismatchPercent: number
  /** POSTs answered with 500 the first time a key is seen; half of them were done nevertheless. The same key then works. */
  serverErrorPercent: number
  /** Requests that begin a burst of 429, and how long it is. */
  tooManyPercent: number
  tooManyBurst: number
  /** Failures for the next requests. */
  failNext: Failure[]
  /** Only paths that contain this text fail. */
  failOnly: string
  /** What becomes of a refund: done at once; later; refused later. */
  refunds: 'at_once' | 'later' | 'refused'
  refundMs: number
  refundReason: string
  /** What becomes of a receipt: registered at once; later; refused later. */
  receipts: 'at_once' | 'later' | 'failed'
  receiptMs: number
  /** How long a payment may be paid, and how long its money stays blocked. */
  payMs: number
  captureMs: number
}

const HOUR_MS = 3_600_000

export const defaultKnobs = (): Knobs => ({
  delivery: 'auto',
  delayMs: 0,
  duplicatePercent: 0,
  duplicateTimes: 1,
  reorderPercent: 0,
  reorderWindowMs: 60_000,
  lossPercent: 0,
  wrongSenderPercent: 0,
  forgedPercent: 0,
  forgedSender: 'stranger',
  mismatchPercent: 0,
  serverErrorPercent: 0,
  tooManyPercent: 0,
  tooManyBurst: 3,
  failNext: [],
  failOnly: '',
  refunds: 'at_once',
  refundMs: 60_000,
  refundReason: 'insufficient_funds',
  receipts: 'at_once',
  receiptMs: 60_000,
  payMs: HOUR_MS,
  captureMs: 7 * 24 * HOUR_MS,
})

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  delivery: ['auto', 'manual'],
  forgedSender: ['stranger', 'yookassa'],
  refunds: ['at_once', 'later', 'refused'],
  receipts: ['at_once', 'later', 'failed'],
  failNext: FAILURES,
}

/** Sets the given knobs after checking all of them; returns what is wrong, and then sets none. */
export function turnKnobs(knobs: Knobs, input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return 'knobs are an object'
  const sample = new Map<string, unknown>(Object.entries(defaultKnobs()))
  for (const [name, value] of Object.entries(input)) {
    const like = sample.get(name)
    if (like === undefined) return `no such knob: ${name}`
    if (Array.isArray(like) !== Array.isArray(value) || typeof like !== typeof value) return `${name}: wrong type`
    if (typeof value === 'number' && !(value >= 0)) return `${name}: negative`
    const allowed = CHOICES[name]
    const words: unknown[] = Array.isArray(value) ? value : [value]
    if (allowed && !words.every((word) => allowed.includes(String(word))))
      return `${name}: one of ${allowed.join(', ')}`
  }
  Object.assign(knobs, input)
  return undefined
}
