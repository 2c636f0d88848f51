import type { Simulator } from '../../dev/yclients/simulator.ts'
import { addUser, openSalon, row, rows } from './salon.ts'
import { NOON, startWorld, type World } from './world.ts'

/** Tomorrow at this hour of Moscow. */
export const tomorrow = (hour: number) => NOON + (24 + hour - 12) * 3_600_000

export interface Promised {
  readonly world: World
  readonly serviceId: number
  readonly staffId: number
  readonly userId: number
}

/** The salon with a client who has a code, before he books. */
export async function startSalon(...options: Parameters<typeof startWorld>): Promise<Promised> {
  const world = startWorld(...options)
  const { serviceId, staffId } = await openSalon(world)
  const userId = await addUser({ name: 'Анна', code: 'ABC12345', phone: '+79161234567' })
  return { world, serviceId, staffId, userId }
}

let number = 0

/** A visit as it stands here after it was promised to the client and before YClients was told of it. */
export async function promise(
  { world, serviceId, staffId, userId }: Promised,
  fields: {
    startsAt?: number
    status?: string
    phone?: string | null
    notes?: string
    items?: unknown
    revision?: number
    holdExpiresAt?: number
  } = {},
): Promise<number> {
  const startsAt = fields.startsAt ?? tomorrow(10)
  const items = fields.items ?? [{ yclientsServiceId: 1_371_101, name: 'Массаж', priceKopecks: 514_750, amount: 1 }]
  const { id } = await row<{ id: number }>(
    `insert into bookings (user_id, client_match, source, status, service_id, staff_id, service_name, price_kopecks,
      duration_minutes, items, starts_at, ends_at, client_name, phone, phone_last10, client_code, notes, sync_state, api_id,
      revision, hold_expires_at, created_at, updated_at)
    values (?1, 'code', 'internal', ?2, ?3, ?4, 'Массаж', 514750, 60, ?5, ?6, ?6 + 3600000, 'Анна', ?7, substr(?7, -10),
      'ABC12345', ?8, iif(?11 is null, 'provisional', null), ?9, ?10, ?11, ?12, ?12) returning id`,
    userId,
    fields.status ?? 'pending',
    serviceId,
    staffId,
    JSON.stringify(items),
    startsAt,
    fields.phone === undefined ? '+79161234567' : fields.phone,
    fields.notes ?? '',
    `spa-${++number}`,
    fields.revision ?? 1,
    fields.holdExpiresAt ?? null,
    world.clock.now,
  )
  return id
}

export const bookingsNow = () => rows('select * from bookings order by id')
export const bookingOf = (id: number) => row('select * from bookings where id = ?', id)
export const eventsOf = async (id: number) =>
  (await rows<{ kind: string }>('select kind from booking_events where booking_id = ? order by id', id)).map(
    ({ kind }) => kind,
  )
export const standing = (sim: Simulator) => [...sim.state.records.values()].filter((record) => !record.deleted)
