import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { somethingChanged, writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { pageOf } from '../platform/page.ts'
import { serviceRow } from './services.store.ts'
import {
  deleteStaffService,
  listStaffServiceRows,
  putStaffService,
  type StaffServiceRow,
  type StaffServiceTerms,
  staffRow,
  staffServiceRow,
} from './staff.store.ts'

/** What a master does, one page, by the services' numbers. */
export async function listStaffServices(
  ctx: Context,
  staffId: number,
  query: { afterId: number; limit: number },
): Promise<Result<{ services: readonly StaffServiceRow[]; nextAfterId: number | undefined }, 'staff_not_found'>> {
  const { db } = ctx
  const [[master], rows] = await db.batch([
    staffRow(db, staffId),
    listStaffServiceRows(db, staffId, { ...query, limit: query.limit + 1 }),
  ])
  if (!master) return { ok: false, refusal: 'staff_not_found' }
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { ok: true, value: { services: page, nextAfterId: lastOfMore?.serviceId } }
}

/** Says that a master does a service, at his own price or in his own time where these are given. */
export async function setStaffService(
  ctx: Context,
  { staffId, serviceId, ...terms }: { staffId: number; serviceId: number } & StaffServiceTerms,
  by: By,
): Promise<Result<StaffServiceRow, 'staff_not_found' | 'service_not_found'>> {
  const { db } = ctx
  const [[master], [service], [before]] = await db.batch([
    staffRow(db, staffId),
    serviceRow(db, serviceId),
    staffServiceRow(db, staffId, serviceId),
  ])
  if (!master) return { ok: false, refusal: 'staff_not_found' }
  if (!service) return { ok: false, refusal: 'service_not_found' }
  const now = ctx.now()
  const audit = {
    by,
    action: 'staff.service_set',
    entity: 'staff',
    entityId: String(staffId),
    ...(before && { before: factsOf(before) }),
    after: factsOf({ serviceId, ...terms }),
    when: somethingChanged,
  }
  const [, , [after]] = await db.batch([
    putStaffService(db, staffId, serviceId, terms),
    writeAudit(db, audit, now),
    staffServiceRow(db, staffId, serviceId),
  ])
  // Neither masters nor services are ever removed.
  if (!after) throw new Error('the upsert left no row')
  return { ok: true, value: after }
}

/** A master no longer does a service. What YClients says would come back with the next import, so it is refused. */
export async function removeStaffService(
  ctx: Context,
  staffId: number,
  serviceId: number,
  by: By,
): Promise<Result<null, 'not_found' | 'managed_in_yclients'>> {
  const { db } = ctx
  const [before] = await staffServiceRow(db, staffId, serviceId)
  if (!before) return { ok: false, refusal: 'not_found' }
  const audit = {
    by,
    action: 'staff.service_removed',
    entity: 'staff',
    entityId: String(staffId),
    before: factsOf(before),
    when: somethingChanged,
  }
  const [removed] = await db.batch([
    deleteStaffService(db, staffId, serviceId, !ctx.config.yclients.enabled),
    writeAudit(db, audit, ctx.now()),
  ])
  return removed.length > 0 ? { ok: true, value: null } : { ok: false, refusal: 'managed_in_yclients' }
}

const factsOf = ({ serviceId, priceKopecks, durationMinutes }: StaffServiceTerms & { readonly serviceId: number }) => ({
  service_id: serviceId,
  price_kopecks: priceKopecks,
  duration_minutes: durationMinutes,
})

export type { StaffServiceRow }
