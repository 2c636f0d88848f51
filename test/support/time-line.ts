import { env } from 'cloudflare:workers'
import { HOUR_MS } from '../../src/platform/time.ts'
import { row } from './salon.ts'

/** Rows of a salon's time: services with rules, masters with hours, visits. Each test makes what it needs. */
let number = 0

export async function addTimedService(fields: Readonly<Record<string, number | string>> = {}): Promise<number> {
  const all = { name: `Услуга ${++number}`, price_kopecks: 100_000, duration_minutes: 60, ...fields }
  const columns = Object.keys(all)
  const { id } = await row<{ id: number }>(
    `insert into services (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')}) returning id`,
    ...Object.values(all),
  )
  return id
}

/** Works the same hours every day, 09:00–21:00 if nothing else is said; minutes since midnight. */
export async function addTimedMaster(
  serviceIds: readonly number[],
  options: { hours?: readonly [number, number]; pause?: readonly [number, number]; yclientsStaffId?: number } = {},
): Promise<number> {
  const { hours = [540, 1260], pause = [null, null], yclientsStaffId = null } = options
  const { id } = await row<{ id: number }>(
    'insert into staff (name, yclients_staff_id) values (?, ?) returning id',
    `Мастер ${++number}`,
    yclientsStaffId,
  )
  await linkServices(id, serviceIds)
  await addHours(id, [0, 1, 2, 3, 4, 5, 6], hours, pause)
  return id
}

export async function linkServices(staffId: number, serviceIds: readonly number[]): Promise<void> {
  await env.DB.prepare('insert into staff_services (staff_id, service_id) select ?1, value from json_each(?2)')
    .bind(staffId, JSON.stringify(serviceIds))
    .run()
}

export async function addHours(
  staffId: number,
  weekdays: readonly number[],
  hours: readonly [number, number],
  pause: readonly [number | null, number | null] = [null, null],
): Promise<void> {
  await env.DB.prepare(
    `insert into staff_schedules (staff_id, day_of_week, start_minute, end_minute, break_start_minute, break_end_minute,
      updated_at) select ?1, value, ?2, ?3, ?4, ?5, 0 from json_each(?6)`,
  )
    .bind(staffId, hours[0], hours[1], pause[0], pause[1], JSON.stringify(weekdays))
    .run()
}

/** A visit that stands in a master's time; of ours if it has no record of YClients. */
export async function addVisit(fields: {
  staffId: number
  startsAt: number
  minutes?: number
  status?: string
  source?: 'internal' | 'yclients'
  holdExpiresAt?: number
  buffers?: readonly [number, number]
}): Promise<number> {
  const isYclients = fields.source === 'yclients'
  const { id } = await row<{ id: number }>(
    `insert into bookings (client_match, source, status, yclients_company_id, yclients_record_id, staff_id, service_name,
      price_kopecks, duration_minutes, items, starts_at, ends_at, hold_expires_at, buffer_before_minutes,
      buffer_after_minutes, created_at, updated_at)
    values ('none', ?1, ?2, ?3, ?4, ?5, 'Массаж', 0, ?6, '[]', ?7, ?7 + ?6 * 60000, ?8, ?9, ?10, 0, 0) returning id`,
    isYclients ? 'yclients' : 'internal',
    fields.status ?? 'pending',
    isYclients ? 235_564 : null,
    isYclients ? 800_000_000 + ++number : null,
    fields.staffId,
    fields.minutes ?? 60,
    fields.startsAt,
    fields.holdExpiresAt ?? null,
    fields.buffers?.[0] ?? 0,
    fields.buffers?.[1] ?? 0,
  )
  return id
}

/** Any number of hours of one master, one after another, in one statement. */
export async function addManyVisits(staffId: number, from: number, count: number): Promise<void> {
  await env.DB.prepare(
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?3)
    insert into bookings (client_match, source, status, staff_id, service_name, price_kopecks, duration_minutes, items,
      starts_at, ends_at, created_at, updated_at)
    select 'none', 'internal', 'confirmed', ?1, 'Массаж', 0, 60, '[]', ?2 + i * ?4, ?2 + (i + 1) * ?4, 0, 0 from n`,
  )
    .bind(staffId, from, count, HOUR_MS)
    .run()
}
