import type { Noise } from '../yclients/noise.ts'
import type { Knobs } from './knobs.ts'
import type { JsonObject } from './views.ts'

export interface Delivery {
  readonly id: number
  readonly event: string
  readonly objectId: string
  /** JSON, as it was when it happened. */
  readonly body: string
  /** From where it seems to come. */
  address: string
  /** Epoch milliseconds. The outbox is in this order. */
  dueAt: number
  readonly happenedAt: number
  attempts: number
  /** Made up by a stranger, who tries only once. */
  readonly forged: boolean
  outcome: 'pending' | 'taken' | 'sending' | 'sent' | 'refused' | 'lost' | 'given_up'
}

export interface Notifications {
  /** What has not been taken in yet, in the order in which it is due. */
  readonly outbox: readonly Delivery[]
  /** The last thousand with what became of them. */
  readonly log: readonly Delivery[]
  emit(event: string, object: JsonObject & { id: string }): void
  /** A notification that a stranger makes up. */
  forge(event: string, object: JsonObject & { id: string }): void
  /** Sends what waits, due or not, once each; returns how many. */
  deliverAll(): Promise<number>
  /** Sends what is due. */
  deliverDue(): Promise<number>
  /** Takes all out of the outbox; the caller decides what becomes of them. */
  take(): Delivery[]
  /** POSTs one, as often as it is called. */
  send(delivery: Pick<Delivery, 'body' | 'address'>): Promise<void>
  clear(): void
}

/** Published and not. */
const SENDERS = ['185.71.76.5', '77.75.154.200', '2a02:5180:0:1509::5'] as const
const STRANGER = '203.0.113.66'

const DAY_MS = 86_400_000
const FIRST_RETRY_MS = 60_000
const LOG_LENGTH = 1000

export interface NotificationParts {
  noise(): Noise
  knobs: Knobs
  now(): number
  /** Rejects if the shop's server did not answer 200. */
  send(body: string, address: string): Promise<void>
  schedule(ms: number, run: () => void): void
}

/** Like YooKassa: repeated for 24 hours until somebody answers 200, and in no particular order. */
export function createNotifications({ noise, knobs, now, send, schedule }: NotificationParts): Notifications {
  let outbox: Delivery[] = []
  let log: Delivery[] = []
  let count = 0
  let events = 0

  function enqueue(delivery: Delivery) {
    const before = outbox.findLastIndex((other) => other.dueAt <= delivery.dueAt)
    outbox.splice(before + 1, 0, delivery)
    if (knobs.delivery === 'auto') {
      schedule(Math.max(0, delivery.dueAt - now()), () => {
        if (delivery.outcome === 'pending') void attempt(delivery)
      })
    }
  }

  function put(event: string, objectId: string, body: string, forged: boolean) {
    const id = ++count
    const held = noise().chance(knobs.reorderPercent, 'reorder', id)
    const wait = knobs.delayMs + (held ? noise().between(1, knobs.reorderWindowMs, 'reorder by', id) : 0)
    const strange = forged ? knobs.forgedSender === 'stranger' : noise().chance(knobs.wrongSenderPercent, 'sender', id)
    const delivery: Delivery = {
      id,
      event,
      objectId,
      body,
      address: strange ? STRANGER : noise().pick(SENDERS, 'address', id),
      dueAt: now() + wait,
      happenedAt: now(),
      attempts: 0,
      forged,
      outcome: 'pending',
    }
    log.push(delivery)
    if (log.length > LOG_LENGTH) log = log.slice(-LOG_LENGTH / 2)
    if (!forged && noise().chance(knobs.lossPercent, 'loss', id)) delivery.outcome = 'lost'
    else enqueue(delivery)
  }

  async function attempt(delivery: Delivery): Promise<void> {
    outbox = outbox.filter((other) => other !== delivery)
    delivery.outcome = 'sending'
    delivery.attempts++
    try {
      await send(delivery.body, delivery.address)
      delivery.outcome = 'sent'
    } catch {
      delivery.outcome = 'refused'
      if (!delivery.forged) repeatLater(delivery)
    }
  }

  function repeatLater(delivery: Delivery) {
    const dueAt = now() + FIRST_RETRY_MS * 2 ** (delivery.attempts - 1)
    if (dueAt > delivery.happenedAt + DAY_MS) {
      delivery.outcome = 'given_up'
      return
    }
    delivery.address = noise().pick(SENDERS, 'address', delivery.id, delivery.attempts)
    delivery.dueAt = dueAt
    delivery.outcome = 'pending'
    enqueue(delivery)
  }

  /** Each at most once, so that one that is refused again and again does not hold up the caller. */
  async function deliver(isWanted: (delivery: Delivery) => boolean): Promise<number> {
    const tried = new Set<Delivery>()
    for (;;) {
      const next = outbox.find((delivery) => !tried.has(delivery) && isWanted(delivery))
      if (!next) return tried.size
      tried.add(next)
      await attempt(next)
    }
  }

  return {
    get outbox() {
      return outbox
    },
    get log() {
      return log
    },
    emit(event, object) {
      events++
      const lies = noise().chance(knobs.mismatchPercent, 'mismatch', events)
      const shown = lies ? { ...object, status: object.status === 'pending' ? 'succeeded' : 'pending' } : object
      const body = JSON.stringify({ type: 'notification', event, object: shown })
      const copies = noise().chance(knobs.duplicatePercent, 'duplicate', events) ? 1 + knobs.duplicateTimes : 1
      for (let copy = 0; copy < copies; copy++) put(event, object.id, body, false)
    },
    forge(event, object) {
      put(event, object.id, JSON.stringify({ type: 'notification', event, object }), true)
    },
    deliverAll: () => deliver(() => true),
    deliverDue: () => deliver(({ dueAt }) => dueAt <= now()),
    take() {
      const taken = outbox
      outbox = []
      for (const delivery of taken) delivery.outcome = 'taken'
      return taken
    },
    send: ({ body, address }) => send(body, address),
    clear() {
      for (const delivery of outbox) delivery.outcome = 'lost'
      outbox = []
      log = []
      count = 0
      events = 0
    },
  }
}
