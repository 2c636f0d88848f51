import { env } from 'cloudflare:workers'
import type { Context } from '../../src/context.ts'
import { parseConfig } from '../../src/platform/config.ts'
import { row, rows } from './salon.ts'
import { startWorld, type World } from './world.ts'

/** A world in which clients are told of their visits. */
export const startTelling = (
  settings: Record<string, string> = {},
  replaced: Partial<Context> = {},
  wrap?: (ctx: Context) => Context,
): World =>
  startWorld(
    { config: parseConfig({ ...env, NOTICES_ENABLED: 'true', QUIET_HOURS: 'off', ...settings }), ...replaced },
    wrap,
  )

/** A firm visit that was booked here, made at this moment. */
export async function addVisit(
  world: World,
  userId: number | null,
  startsAt: number,
  fields: { serviceName?: string; holdExpiresAt?: number; source?: 'yclients'; madeAt?: number } = {},
): Promise<number> {
  const { serviceName = 'Массаж', holdExpiresAt = null, source = 'internal', madeAt = world.clock.now } = fields
  const isTheirs = source === 'yclients'
  const { id } = await row<{ id: number }>(
    `insert into bookings (user_id, client_match, source, status, yclients_company_id, yclients_record_id, service_name,
      price_kopecks, duration_minutes, items, starts_at, ends_at, hold_expires_at, created_at, updated_at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 300000, 60, '[]', ?8, ?8 + 3600000, ?9, ?10, ?10) returning id`,
    userId,
    userId === null ? 'none' : 'manual',
    source,
    holdExpiresAt === null ? 'confirmed' : 'pending',
    isTheirs ? 235564 : null,
    isTheirs ? startsAt + (userId ?? 0) : null,
    serviceName,
    startsAt,
    holdExpiresAt,
    madeAt,
  )
  return id
}

export const moveVisit = (world: World, id: number, startsAt: number) =>
  env.DB.prepare(
    'update bookings set starts_at = ?1, ends_at = ?1 + 3600000, revision = revision + 1, updated_at = ?2 where id = ?3',
  )
    .bind(startsAt, world.clock.now, id)
    .run()

export const cancelVisit = (world: World, id: number, by: string) =>
  env.DB.prepare(
    "update bookings set status = 'cancelled', cancelled_at = ?1, cancelled_by = ?2, revision = revision + 1, updated_at = ?1 where id = ?3",
  )
    .bind(world.clock.now, by, id)
    .run()

export const noticesNow = () =>
  rows<{ kind: string; state: string; reason: string | null; channel: string | null }>(
    'select kind, state, reason, channel from notices order by id',
  )
