import { env } from 'cloudflare:workers'
import { row } from './salon.ts'
import { type Caller, CLIENT, type World } from './world.ts'

export interface OwnSalon {
  readonly serviceId: number
  readonly staffIds: readonly number[]
}

let services = 0

/** Rows of a salon that is booked here: one service of an hour for 1,000 ₽, masters who work 09:00–21:00 every day. */
export async function openOwnSalon(
  options: {
    masters?: number
    durationMinutes?: number
    bufferAfterMinutes?: number
    /** Minutes since midnight. */
    breakTime?: readonly [number, number]
    hours?: readonly [number, number]
  } = {},
): Promise<OwnSalon> {
  const { masters = 1, durationMinutes = 60, bufferAfterMinutes = 0, breakTime, hours = [540, 1260] } = options
  const serviceId = await addOwnService({ durationMinutes, bufferAfterMinutes })
  const staffIds: number[] = []
  for (let n = 0; n < masters; n++) {
    const { id } = await row<{ id: number }>('insert into staff (name) values (?) returning id', `Мастер ${n + 1}`)
    staffIds.push(id)
    await env.DB.batch([
      env.DB.prepare('insert into staff_services (staff_id, service_id) values (?, ?)').bind(id, serviceId),
      env.DB.prepare(
        `insert into staff_schedules (staff_id, day_of_week, start_minute, end_minute, break_start_minute, break_end_minute, updated_at)
        select ?1, value, ?2, ?3, ?4, ?5, 0 from json_each('[0,1,2,3,4,5,6]')`,
      ).bind(id, hours[0], hours[1], breakTime?.[0] ?? null, breakTime?.[1] ?? null),
    ])
  }
  return { serviceId, staffIds }
}

export async function addOwnService(fields: {
  durationMinutes?: number
  bufferAfterMinutes?: number
  priceKopecks?: number
  staffIds?: readonly number[]
}): Promise<number> {
  const { id } = await row<{ id: number }>(
    `insert into services (name, price_kopecks, duration_minutes, buffer_after_minutes) values (?, ?, ?, ?) returning id`,
    `Услуга ${++services}`,
    fields.priceKopecks ?? 100_000,
    fields.durationMinutes ?? 60,
    fields.bufferAfterMinutes ?? 0,
  )
  for (const staffId of fields.staffIds ?? []) {
    await env.DB.prepare('insert into staff_services (staff_id, service_id) values (?, ?)').bind(staffId, id).run()
  }
  return id
}

export interface BookingBody {
  readonly id: number
  readonly staff_id: number
  readonly status: string
  readonly appointment_datetime: string
  readonly ends_at: string
  readonly expires_at: string | null
  readonly provisional: boolean
  readonly service_price: number
  readonly service_name: string
  readonly source: string
}

export interface Wish {
  readonly service_id: number
  readonly appointment_datetime: string
  readonly staff_id?: number
  readonly additional_services?: readonly number[]
  readonly hold?: boolean
  readonly phone?: string
  readonly notes?: string
}

export const tryToBook = (
  world: World,
  client: number | Caller,
  wish: Wish,
  headers: Record<string, string> = {},
): Promise<Response> =>
  world.call('POST', '/api/v1/bookings', {
    as: typeof client === 'number' ? CLIENT(client) : client,
    body: wish,
    headers,
  })

export async function book(world: World, client: number, wish: Wish): Promise<BookingBody> {
  const answer = await tryToBook(world, client, wish)
  if (answer.status !== 201) throw new Error(`not booked: ${await answer.text()}`)
  return await answer.json()
}
