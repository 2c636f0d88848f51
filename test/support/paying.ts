import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { type BookingBody, book, type OwnSalon, openOwnSalon } from './own-salon.ts'
import { tomorrow } from './promised.ts'
import { addUser, giveBonuses, row, rows } from './salon.ts'
import { CLIENT, startWorld, type World } from './world.ts'

export interface PaymentBody {
  readonly id: number
  readonly status: string
  readonly amount: number
  readonly bonuses: number
  readonly confirmation_url: string | null
  readonly expires_at: string | null
  readonly refund_policy: string
  readonly reason_code: string | null
  readonly reason: string | null
  readonly time_is_free: boolean | null
  readonly refunded: number
}

export interface Paying {
  readonly world: World
  readonly salon: OwnSalon
  readonly userId: number
}

/** A salon that is booked here, and a client with bonuses and an address for receipts. */
export async function startPaying(points = 0, ...options: Parameters<typeof startWorld>): Promise<Paying> {
  const world = startWorld(...options)
  const salon = await openOwnSalon()
  const userId = await addUser({ name: 'Анна', code: 'ABC12345', phone: '+79161234567', email: 'anna@example.ru' })
  if (points > 0) await giveBonuses(userId, points)
  return { world, salon, userId }
}

export const hold = ({ world, salon, userId }: Paying, hour = 10): Promise<BookingBody> =>
  book(world, userId, {
    service_id: salon.serviceId,
    appointment_datetime: new Date(tomorrow(hour)).toISOString(),
    hold: true,
  })

let keys = 0

export const tryToPay = (
  { world, userId }: Paying,
  bookingId: number,
  wish: { use_bonuses?: boolean | number; return_url?: string; key?: string } = {},
): Promise<Response> => {
  const { key = `pay-${++keys}`, ...body } = wish
  return world.call('POST', '/api/v1/payments', {
    as: CLIENT(userId),
    body: { booking_id: bookingId, return_url: 'https://spa.example/back', ...body },
    headers: { 'idempotency-key': key },
  })
}

export async function startToPay(
  paying: Paying,
  bookingId: number,
  wish: Parameters<typeof tryToPay>[2] = {},
): Promise<PaymentBody> {
  const answer = await tryToPay(paying, bookingId, wish)
  if (answer.status !== 201) throw new Error(`not begun: ${await answer.text()}`)
  return await answer.json()
}

export async function readPayment({ world, userId }: Paying, id: number): Promise<PaymentBody> {
  const answer = await world.call('GET', `/api/v1/payments/${id}`, { as: CLIENT(userId) })
  if (answer.status !== 200) throw new Error(await answer.text())
  return await answer.json()
}

/** The shop's number of a payment. */
export const shopIdOf = async (id: number): Promise<string> =>
  (await row<{ p: string }>('select provider_payment_id as p from payments where id = ?', id)).p

/** The client pays on the shop's page. */
export async function payWith({ world }: Paying, id: number, card?: string): Promise<void> {
  world.shop.pay(await shopIdOf(id), card)
}

/** Delivers what the shop has to tell, and lets the queue work. */
export async function tellAll({ world }: Paying): Promise<void> {
  await world.shop.notifications.deliverAll()
  await world.drain()
}

/** What the cron does half an hour later. */
export async function cron({ world }: Paying, afterMs = 1_800_000): Promise<void> {
  world.clock.now += afterMs
  world.shop.tick()
  await handleScheduled(world.ctx)
  await world.drain()
}

export async function cancel({ world, userId }: Paying, bookingId: number): Promise<Response> {
  const answer = await world.call('PATCH', `/api/v1/bookings/${bookingId}`, {
    as: CLIENT(userId),
    body: { status: 'cancelled' },
  })
  await world.drain()
  return answer
}

export const statusOfBooking = async (id: number): Promise<string> =>
  (await row<{ status: string }>('select status from bookings where id = ?', id)).status

export const balanceOf = async (userId: number): Promise<number> =>
  (await row<{ p: number }>('select bonus_balance_points as p from users where id = ?', userId)).p

export const moneyRows = () =>
  rows<{ id: number; status: string; outcome: string | null; captured: number; exception: string | null }>(
    'select id, status, outcome, captured_kopecks as captured, exception from payments order by id',
  )
