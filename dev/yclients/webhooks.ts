import type { Json } from './json.ts'
import type { Knobs } from './knobs.ts'
import type { Noise } from './noise.ts'
import type { HookFlag, Salon } from './state.ts'

export type Resource = 'record' | 'client' | 'service' | 'staff' | 'finances_operation' | 'goods_operations_sale'
export type EventStatus = 'create' | 'update' | 'delete'

export interface SalonEvent {
  resource: Resource
  resourceId: number
  status: EventStatus
  data: Json
}

export interface Delivery {
  id: number
  url: string
  /** The JSON text, as it was when the change happened. */
  body: string
  resource: Resource
  resourceId: number
  status: EventStatus
  /** Epoch milliseconds at which it leaves in `auto` delivery. The outbox is in this order. */
  dueAt: number
  outcome: 'pending' | 'taken' | 'lost' | 'sending' | 'sent' | 'failed'
}

export interface Webhooks {
  /** What has not left yet, in the order in which it is due. */
  readonly outbox: readonly Delivery[]
  /** The last thousand deliveries with what became of them. */
  readonly log: readonly Delivery[]
  /** Takes the first `count` deliveries (all by default) out of the outbox; the caller decides what becomes of them. */
  take(count?: number): Delivery[]
  /** POSTs one body, as often as it is called. */
  send(delivery: Pick<Delivery, 'url' | 'body'>): Promise<void>
  /** Sends all of the outbox now, one after another; returns how many. A failed one is not repeated. */
  deliverAll(): Promise<number>
  /** Waits for the deliveries that are on their way. */
  settled(): Promise<void>
  emit(event: SalonEvent): void
  /** How many events there were so far. */
  readonly events: number
  clear(): void
}

const FLAG: Record<Resource, HookFlag> = {
  record: 'record',
  client: 'client',
  service: 'service',
  staff: 'master',
  finances_operation: 'finances_operation',
  goods_operations_sale: 'goods_operations_sale',
}

const LOG_LENGTH = 1000

export interface WebhookParts {
  salon(): Salon
  noise(): Noise
  knobs: Knobs
  now(): number
  send(url: string, body: string): Promise<void>
  schedule(ms: number, run: () => void): void
}

export function createWebhooks({ salon, noise, knobs, now, send, schedule }: WebhookParts): Webhooks {
  let outbox: Delivery[] = []
  let log: Delivery[] = []
  let count = 0
  let events = 0
  const flying = new Set<Promise<void>>()

  function put(event: SalonEvent, url: string, body: string) {
    const id = ++count
    const held = noise().chance(knobs.reorderPercent, 'reorder', id)
    const wait = knobs.delayMs + (held ? noise().between(1, knobs.reorderWindowMs, 'reorder by', id) : 0)
    const { resource, resourceId, status } = event
    const delivery: Delivery = { id, url, body, resource, resourceId, status, dueAt: now() + wait, outcome: 'pending' }
    log.push(delivery)
    if (log.length > LOG_LENGTH) log = log.slice(-LOG_LENGTH / 2)
    if (noise().chance(knobs.lossPercent, 'loss', id)) {
      delivery.outcome = 'lost'
      return
    }
    // Usually the last place; a held back delivery keeps its later one.
    const before = outbox.findLastIndex((other) => other.dueAt <= delivery.dueAt)
    outbox.splice(before + 1, 0, delivery)
    if (knobs.delivery === 'auto') {
      schedule(wait, () => {
        if (delivery.outcome === 'pending') void deliver(delivery)
      })
    }
  }

  function deliver(delivery: Delivery): Promise<void> {
    outbox = outbox.filter((other) => other !== delivery)
    delivery.outcome = 'sending'
    const sending = send(delivery.url, delivery.body).then(
      () => {
        delivery.outcome = 'sent'
      },
      () => {
        delivery.outcome = 'failed'
      },
    )
    flying.add(sending)
    return sending.finally(() => flying.delete(sending))
  }

  return {
    get outbox() {
      return outbox
    },
    get events() {
      return events
    },
    get log() {
      return log
    },
    take(howMany = outbox.length) {
      const taken = outbox.slice(0, howMany)
      outbox = outbox.slice(howMany)
      for (const delivery of taken) delivery.outcome = 'taken'
      return taken
    },
    send: ({ url, body }) => send(url, body),
    async deliverAll() {
      let delivered = 0
      for (let next = outbox[0]; next; next = outbox[0]) {
        await deliver(next)
        delivered++
      }
      await Promise.all(flying)
      return delivered
    },
    async settled() {
      while (flying.size > 0) await Promise.all(flying)
    },
    emit(event) {
      events++
      const { hooks, companyId } = salon()
      if (!hooks.active || !hooks.flags[FLAG[event.resource]]) return
      const body = JSON.stringify({
        company_id: companyId,
        resource: event.resource,
        resource_id: event.resourceId,
        status: event.status,
        data: event.data,
      })
      const copies = noise().chance(knobs.duplicatePercent, 'duplicate', events) ? 2 : 1
      for (const url of hooks.urls) {
        for (let copy = 0; copy < copies; copy++) put(event, url, body)
      }
    },
    clear() {
      for (const delivery of outbox) delivery.outcome = 'lost'
      outbox = []
      log = []
      count = 0
      events = 0
    },
  }
}
