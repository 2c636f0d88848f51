import { createHash } from 'node:crypto'
import type { Vehicle } from './vehicle.ts'

const DAY_MS = 86_400_000
const COMPANY_ID = 235_564

export const phoneOf = (client: number) => `+7900${String(client).padStart(7, '0')}`
export const emailOf = (client: number) => `client${client}@example.com`
/** Three letters and five digits; only the digits differ. */
export const codeOf = (client: number) => `ABC${String(client).padStart(5, '0')}`

/** Clients 1…count, each with a code, a phone and an e-mail; their ids are their numbers. */
export async function seedUsers({ d1 }: Vehicle, count: number): Promise<void> {
  const users = Array.from({ length: count }, (_, index) => {
    const id = index + 1
    return { id, code: codeOf(id), phone: phoneOf(id), email: emailOf(id) }
  })
  const json = JSON.stringify(users)
  await d1.batch([
    d1
      .prepare(
        `insert into users (id, unique_code, name, created_at, updated_at)
         select value ->> 'id', value ->> 'code', 'Клиент', 0, 0 from json_each(?)`,
      )
      .bind(json),
    d1
      .prepare(
        `insert into user_contacts (user_id, kind, value, phone_last10, verified_at)
         select value ->> 'id', 'phone', value ->> 'phone', substr(value ->> 'phone', -10), 0 from json_each(?)`,
      )
      .bind(json),
    d1
      .prepare(
        `insert into user_contacts (user_id, kind, value, verified_at)
         select value ->> 'id', 'email', value ->> 'email', 0 from json_each(?)`,
      )
      .bind(json),
  ])
}

/** Bookings number from…to of these clients in turn: half of them to come, half missed. */
export async function seedBookings(
  { d1 }: Vehicle,
  { from, to }: { from: number; to: number },
  clients: { first: number; count: number },
): Promise<void> {
  const STEP = 10_000
  for (let first = from; first <= to; first += STEP) {
    await d1
      .prepare(
        `with recursive numbers (n) as (select ?1 union all select n + 1 from numbers where n < ?2)
         insert into bookings (user_id, client_match, source, status, yclients_company_id, yclients_record_id, service_name,
           price_kopecks, duration_minutes, items, starts_at, ends_at, client_name, phone, notes, created_at, updated_at)
         select n % ?3 + ?5, 'phone', 'yclients', iif(n % 2, 'confirmed', 'no_show'), ${COMPANY_ID}, n, 'Массаж',
           514750, 60, '[]', at, at + 3600000, 'Клиент', '+79000000000', 'YClients. ID: ' || n, ?4, ?4
         from (select n, ?4 + iif(n % 2, 1, -1) * (n % 400 + 1) * ${DAY_MS / 10} as at from numbers)`,
      )
      .bind(first, Math.min(first + STEP - 1, to), clients.count, Date.now(), clients.first)
      .run()
  }
}

/** An owner who is signed in; gives back the bearer token. */
export async function signInOwner({ d1 }: Vehicle): Promise<string> {
  const token = 'spa_admin_bench'
  const hash = createHash('sha256').update(token).digest('hex')
  await d1.batch([
    d1.prepare(
      "insert or ignore into admins (id, email, name, role, created_at, updated_at) values (1, 'owner@example.com', 'Owner', 'owner', 0, 0)",
    ),
    d1
      .prepare(
        "insert or ignore into admin_sessions (admin_id, token_hash, kind, created_at, expires_at) values (1, ?, 'bearer', 0, 4102444800000)",
      )
      .bind(hash),
  ])
  return token
}
