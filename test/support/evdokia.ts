import { env } from 'cloudflare:workers'
import type { WebhookMessage } from '../../src/messages.ts'
import { DAY_MS, HOUR_MS } from '../../src/platform/time.ts'
import { startSync } from '../../src/yclients/start-sync.ts'
import { addUser, MARIA, MASSAGE, openSalon } from './salon.ts'
import { logIn } from './sign-in.ts'
import { ADMIN, MANAGER, startWorld, type World } from './world.ts'

/** A client with something of her everywhere, to be forgotten. */
export const EVDOKIA = { name: 'Евдокия', surname: 'Примерова' }
export const PHONE = '+79031234567'
export const EMAIL = 'evdokia.p@example.com'
export const CODE = 'XTP12345'
export const TRACES = { words: ['Евдоки', EVDOKIA.surname, EMAIL, CODE], phone: '9031234567' }
export const SYSTEM = { actor: 'system', role: null, requestId: null }

export const addEvdokia = () => addUser({ ...EVDOKIA, code: CODE, phone: PHONE, email: EMAIL })

/** A visit of hers as the desk of the salon would write it down. */
export const book = (
  { sim, clock }: World,
  more: { phone?: string; email?: string; name?: string; comment?: string } = {},
) =>
  sim.book({
    staffId: MARIA,
    services: [{ id: MASSAGE }],
    client: {
      name: more.name ?? 'Евдокия Примерова',
      phone: more.phone ?? PHONE,
      ...(more.email && { email: more.email }),
    },
    startsAt: clock.now + DAY_MS,
    comment: more.comment ?? '',
  })

export async function arrive(world: World) {
  await world.deliverWebhooks()
  await world.drain()
}

export async function sync(world: World) {
  await startSync(world.ctx, { trigger: 'manual', mode: 'full' })
  await world.drain()
  world.clock.now += HOUR_MS
}

/** The newest webhook about a record, as the queue has it, with other words in it. */
export function message(
  world: World,
  eventId: string,
  change: (body: string) => string = (body) => body,
): WebhookMessage {
  const [delivery] = world.sim.webhooks.take().filter(({ resource }) => resource === 'record')
  if (!delivery) throw new Error('no webhook')
  return { kind: 'webhook', eventId, receivedAt: world.clock.now, raw: change(delivery.body) }
}

const escaped = (text: string) =>
  text.replace(/[^\0-\x7F]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const erase = (world: World, userId: number) =>
  world.call('DELETE', `/api/v1/admin/users/${userId}`, { as: ADMIN })

/** Evdokia with something of her in every table that can hold it. */
export async function startWithTraces() {
  const world = startWorld()
  await openSalon(world)
  const userId = await addEvdokia()
  const boris = await addUser({ name: 'Борис', phone: '+79030000002' })
  await logIn(world, { phone: PHONE }, { device: 'Телефон Евдокии' })
  world.clock.now += 2 * 60_000
  await world.call('POST', '/api/v1/auth/code', { body: { email: EMAIL } })

  const visit = book(world, { phone: '8 (903) 123-45-67', email: EMAIL.toUpperCase(), comment: `Код клиента: ${CODE}` })
  await arrive(world)
  world.clock.now += 2 * DAY_MS
  world.sim.complete(visit.id)
  await arrive(world)
  book(world, { name: 'Борис', phone: '+79030000002', comment: 'если не придёт, звонить 8-903-123-45-67' })
  await arrive(world)
  // A visit that names nobody we know, but her in its text.
  book(world, { name: 'Гость', phone: '+79039999999', comment: `подарок для ${EMAIL.toUpperCase()}` })
  await arrive(world)
  world.sim.webhooks.clear()

  world.sim.setCost(visit.id, 5000)
  await world.consume('dead', [message(world, 'parked-event')])
  world.sim.setCost(visit.id, 5147.5)
  world.sim.webhooks.clear()
  // Of a visit that never arrived, in words of another version: her phone in the body tells of her.
  book(world, { phone: '8 (903) 123-45-67' })
  await world.consume('events', [{ ...message(world, 'e0', escaped), kind: 'webhook-of-old' }])
  const mail = {
    kind: 'send-message',
    id: 'm1',
    channel: 'email',
    to: EMAIL,
    subject: '',
    text: 'Ждём вас',
    expiresAt: null,
  }
  await world.consume('dead', [mail])
  await env.DB.prepare(
    "insert into audit_log (at, actor, action, entity, entity_id, details) values (0, 'admin:1', 'x', 'user', '1', ?)",
  )
    .bind(JSON.stringify({ after: { phone: '+7 903 123-45-67' } }))
    .run()
  await world.call('POST', '/api/v1/admin/bonuses/adjust', {
    as: MANAGER,
    headers: { 'idempotency-key': 'a1' },
    body: { code: CODE, amount: 300, reason: 'Извинение: Евдокия Примерова ждала' },
  })
  return { world, userId, boris, visit }
}
