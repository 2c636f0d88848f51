import { env } from 'cloudflare:workers'
import type { World } from './world.ts'

/** Rows for tests; each test makes what it needs and nothing is shared. */
let number = 0

export async function addUser(
  fields: { name?: string; surname?: string; code?: string; phone?: string; email?: string } = {},
): Promise<number> {
  const now = Date.UTC(2026, 0, 1)
  const name = fields.name ?? `Клиент ${++number}`
  const row = await env.DB.prepare(
    'insert into users (name, surname, search_name, unique_code, created_at, updated_at) values (?, ?, ?, ?, ?, ?) returning id',
  )
    .bind(name, fields.surname ?? '', `${name} ${fields.surname ?? ''}`.toLowerCase(), fields.code ?? null, now, now)
    .first<{ id: number }>()
  if (!row) throw new Error('no user')
  if (fields.phone) await addContact(row.id, 'phone', fields.phone)
  if (fields.email) await addContact(row.id, 'email', fields.email)
  return row.id
}

export async function addContact(userId: number, kind: 'phone' | 'email', value: string): Promise<void> {
  await env.DB.prepare(
    'insert into user_contacts (user_id, kind, value, phone_last10, verified_at) values (?, ?, ?, ?, ?)',
  )
    .bind(userId, kind, value, kind === 'phone' ? value.slice(-10) : null, Date.UTC(2026, 8, 15))
    .run()
}

export const rows = async <T = Record<string, unknown>>(query: string, ...params: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(query)
      .bind(...params)
      .all<T>()
  ).results

export const row = async <T = Record<string, unknown>>(query: string, ...params: unknown[]): Promise<T> => {
  const [first] = await rows<T>(query, ...params)
  if (!first) throw new Error('no row')
  return first
}

export const MARIA = 8_014_901
export const MASSAGE = 1_371_101

/** One master who works all day and one service of an hour for 5 147.50 ₽, in YClients and in our catalogue. */
export async function openSalon({ sim }: World): Promise<{ serviceId: number; staffId: number }> {
  sim.putStaff({
    id: MARIA,
    name: 'Мария Образцова',
    specialization: 'Массажист',
    position: null,
    rating: 5,
    hidden: false,
    fired: false,
    week: Array.from({ length: 7 }, () => [{ from: '09:00', to: '21:00' }]),
    days: new Map(),
  })
  sim.putService({
    id: MASSAGE,
    title: 'Массаж',
    categoryId: 1,
    priceMin: 5147.5,
    priceMax: 5147.5,
    duration: 3600,
    active: true,
    comment: '',
    weight: 1,
    staff: [{ id: MARIA, seanceLength: 3600, price: null }],
  })
  sim.webhooks.clear()
  const service = await row<{ id: number }>(
    "insert into services (name, price_kopecks, duration_minutes, yclients_service_id) values ('Массаж', 514750, 60, ?) returning id",
    MASSAGE,
  )
  const staff = await row<{ id: number }>(
    "insert into staff (name, yclients_staff_id) values ('Мария Образцова', ?) returning id",
    MARIA,
  )
  return { serviceId: service.id, staffId: staff.id }
}

/** The balance, and the sum of the entries it must equal. */
export const balanceOf = async (userId: number) =>
  row<{ balance: number; sum: number }>(
    `select bonus_balance_points as balance,
      (select coalesce(sum(points), 0) from bonus_entries where user_id = u.id) as sum from users u where id = ?`,
    userId,
  )

/** A booking as it might stand in the database, of YClients' record with the next number. */
export async function addBooking(fields: {
  userId: number | null
  status: string
  priceKopecks?: number
  startsAt?: number
  serviceName?: string
}): Promise<number> {
  const startsAt = fields.startsAt ?? Date.UTC(2026, 8, 10)
  const booking = await row<{ id: number }>(
    `insert into bookings (user_id, client_match, source, status, yclients_company_id, yclients_record_id, service_name,
      price_kopecks, duration_minutes, items, starts_at, ends_at, created_at, updated_at)
    values (?1, ?2, 'yclients', ?3, 235564, ?4, ?5, ?6, 60, '[]', ?7, ?7 + 3600000, 0, 0) returning id`,
    fields.userId,
    fields.userId === null ? 'none' : 'phone',
    fields.status,
    900_000_000 + ++number,
    fields.serviceName ?? 'Массаж',
    fields.priceKopecks ?? 100_000,
    startsAt,
  )
  return booking.id
}

/** Points to begin with. */
export async function giveBonuses(userId: number, points: number): Promise<void> {
  await env.DB.prepare(
    `insert into bonus_entries (user_id, kind, points, balance_after_points, idempotency_key, reason, actor, created_at)
    select id, 'adjustment', ?2, bonus_balance_points + ?2, ?3, 'тест', 'test', 0 from users where id = ?1`,
  )
    .bind(userId, points, `given:${++number}`)
    .run()
}
