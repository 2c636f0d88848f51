import { type Actor, type Context, isHeard } from './context.ts'
import type { Client } from './state.ts'
import { clientView } from './views.ts'
import type { EventStatus } from './webhooks.ts'

export type ClientChanges = Partial<
  Pick<
    Client,
    'name' | 'surname' | 'patronymic' | 'phone' | 'email' | 'comment' | 'birthday' | 'sex' | 'discount' | 'blacklisted'
  >
>

/** `+79…` out of the forms in which people and programs write phones. */
export function normalPhone(text: string): string {
  const digits = text.replace(/\D/g, '')
  if (digits === '') return ''
  return `+${/^8\d{10}$/.test(digits) ? `7${digits.slice(1)}` : digits}`
}

export function findByPhone({ salon }: Context, phone: string): Client | undefined {
  const wanted = normalPhone(phone)
  if (wanted === '') return undefined
  for (const client of salon.clients.values()) if (client.phone === wanted) return client
  return undefined
}

export function addClient(ctx: Context, changes: ClientChanges, actor: Actor): Client {
  const client: Client = {
    id: ctx.salon.next.client++,
    name: '',
    surname: '',
    patronymic: '',
    email: '',
    comment: '',
    birthday: '',
    sex: 0,
    discount: 0,
    successVisits: 0,
    failVisits: 0,
    spent: 0,
    blacklisted: false,
    changedAt: 0,
    ...changes,
    phone: normalPhone(changes.phone ?? ''),
  }
  ctx.salon.clients.set(client.id, client)
  announceClient(ctx, client, 'create', actor)
  return client
}

export function changeClient(ctx: Context, client: Client, changes: ClientChanges, actor: Actor): void {
  Object.assign(client, changes)
  if (changes.phone !== undefined) client.phone = normalPhone(changes.phone)
  announceClient(ctx, client, 'update', actor)
}

export function announceClient(ctx: Context, client: Client, status: EventStatus, actor: Actor): void {
  client.changedAt = ctx.clock.now()
  if (!isHeard(ctx, actor)) return
  ctx.webhooks.emit({ resource: 'client', resourceId: client.id, status, data: clientView(ctx, client, 'webhook') })
}
