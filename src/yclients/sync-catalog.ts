import type { By } from '../auth/actor.ts'
import {
  importedDays,
  insertCategories,
  insertServices,
  insertStaff,
  linkedCategories,
  linkedOffers,
  linkedServices,
  linkedStaff,
  putImportedDays,
  putOffers,
  removeImportedDays,
  removeOffers,
  updateCategories,
  updateServices,
  updateStaff,
} from '../catalog/catalog-import.statements.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { chunkedBySize, type Statement } from '../platform/db.ts'
import { DAY_MS, dayInZone } from '../platform/time.ts'
import type { YclientsAnswer, YclientsFailure } from './call.ts'
import { listCategories, listSchedule, listServices, listStaff } from './client.ts'
import { reasonOf } from './failure-outcome.ts'
import { type ForeignCatalog, type ImportPlan, type Kept, planImport } from './plan-import.ts'
import { readCategories, readSchedule, readServices, readStaff } from './translate-catalog.ts'

interface Counts {
  readonly created: number
  readonly updated: number
  readonly switchedOff: number
}

export interface CatalogReport {
  readonly categories: Counts
  readonly services: Counts
  readonly staff: Counts
  readonly offers: { readonly written: number; readonly removed: number }
  /** Undefined: YClients did not let us read the schedule. */
  readonly days: { readonly written: number; readonly removed: number } | undefined
  /** Items that made no sense; what we have of them stays. */
  readonly unreadable: number
  readonly kept: readonly Kept[]
}

export type SyncedCatalog =
  | { readonly kind: 'done'; readonly report: CatalogReport }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'failed'; readonly failure: YclientsFailure }

/** So far ahead the schedule is read; yesterday too, whose nights go on into today. */
const DAYS_AHEAD = 60

/**
 * Brings services, masters, who does what, and working hours in line with YClients: four calls, one read, one transaction.
 * Nothing is removed that visits refer to. What was changed here is kept and reported, or overwritten if asked.
 */
export async function syncCatalog(ctx: Context, request: { overwrite: boolean; by: By }): Promise<SyncedCatalog> {
  const { db } = ctx
  if (!ctx.config.yclients.enabled) return { kind: 'disabled' }
  const read = await readForeign(ctx)
  if (!read.ok) return { kind: 'failed', failure: read.failure }
  const [categories, services, staff, offers, days] = await db.batch([
    linkedCategories(db),
    linkedServices(db),
    linkedStaff(db),
    linkedOffers(db),
    importedDays(db),
  ])
  const plan = planImport({ categories, services, staff, offers, days }, read.foreign, request.overwrite)
  const report = reportOf(plan, read.foreign)
  const now = ctx.now()
  const writes = statementsOf(ctx, plan, request.overwrite, now)
  if (writes.length > 0) {
    const audit = {
      by: request.by,
      action: 'catalog.sync',
      entity: 'catalog',
      entityId: 'yclients',
      after: { overwrite: request.overwrite, ...factsOf(report) },
    }
    await db.batch([...writes, writeAudit(db, audit, now)])
  }
  ctx.log.info('catalog.synced', factsOf(report))
  return { kind: 'done', report }
}

type ForeignReading =
  | { readonly ok: true; readonly foreign: ForeignCatalog }
  | { readonly ok: false; readonly failure: YclientsFailure }

async function readForeign(ctx: Context): Promise<ForeignReading> {
  // One after another: YClients counts calls.
  const services = emptyIfNotFound(await listServices(ctx))
  if (!services.ok) return services
  const categories = emptyIfNotFound(await listCategories(ctx))
  if (!categories.ok) return categories
  const staff = emptyIfNotFound(await listStaff(ctx))
  if (!staff.ok) return staff
  const days = daysToRead(ctx)
  const schedule = await listSchedule(ctx, days[0] ?? '', days.at(-1) ?? '')
  if (!schedule.ok) {
    const { kind } = schedule.failure
    // Some branches and tokens do not have it; the rest is worth having.
    if (kind !== 'not_found' && kind !== 'refused') return schedule
    ctx.log.warn('catalog.no_schedule', { reason: reasonOf(schedule.failure) })
  }
  return {
    ok: true,
    foreign: {
      services: readServices(services.data),
      categories: readCategories(categories.data),
      staff: readStaff(staff.data),
      schedule: schedule.ok ? readSchedule(schedule.data, days) : undefined,
    },
  }
}

/** YClients says 404 of a list with nothing in it. */
const emptyIfNotFound = (answer: YclientsAnswer<unknown[]>): YclientsAnswer<unknown[]> =>
  !answer.ok && answer.failure.kind === 'not_found' ? { ok: true, data: [], askedAt: answer.askedAt } : answer

function daysToRead(ctx: Context): string[] {
  const today = Date.parse(`${dayInZone(ctx.now(), ctx.config.branchTimezone)}T00:00:00Z`)
  return Array.from({ length: DAYS_AHEAD + 2 }, (_, index) =>
    new Date(today + (index - 1) * DAY_MS).toISOString().slice(0, 10),
  )
}

/** In this order: services refer to categories, offers and days to services and staff. */
function statementsOf({ db }: Context, plan: ImportPlan, overwrite: boolean, now: number): Statement<unknown>[] {
  const each = <Row>(rows: readonly Row[], write: (chunk: Row[]) => Statement<unknown>) =>
    chunkedBySize(rows).map(write)
  return [
    ...each(plan.categories.insert, (rows) => insertCategories(db, rows, now)),
    ...each(plan.categories.update, (rows) => updateCategories(db, rows, now)),
    ...each(plan.services.insert, (rows) => insertServices(db, rows, now)),
    ...each(plan.services.update, (rows) => updateServices(db, rows, now)),
    ...each(plan.staff.insert, (rows) => insertStaff(db, rows, now)),
    ...each(plan.staff.update, (rows) => updateStaff(db, rows, now)),
    ...each(plan.offers.put, (rows) => putOffers(db, rows, overwrite)),
    ...each(plan.offers.remove, (rows) => removeOffers(db, rows)),
    ...each(plan.days?.put ?? [], (rows) => putImportedDays(db, rows, now)),
    ...each(plan.days?.remove ?? [], (rows) => removeImportedDays(db, rows)),
  ]
}

const countsOf = (writes: ImportPlan['categories' | 'services' | 'staff']): Counts => ({
  created: writes.insert.length,
  updated: writes.update.length,
  switchedOff: writes.switchedOff,
})

const reportOf = (plan: ImportPlan, foreign: ForeignCatalog): CatalogReport => ({
  categories: countsOf(plan.categories),
  services: countsOf(plan.services),
  staff: countsOf(plan.staff),
  offers: { written: plan.offers.put.length, removed: plan.offers.remove.length },
  days: plan.days && { written: plan.days.put.length, removed: plan.days.remove.length },
  unreadable:
    foreign.categories.unreadable +
    foreign.services.unreadable +
    foreign.staff.unreadable +
    (foreign.schedule?.unreadable ?? 0),
  kept: plan.kept,
})

const factsOf = (report: CatalogReport) => ({
  categories_created: report.categories.created,
  categories_updated: report.categories.updated,
  services_created: report.services.created,
  services_updated: report.services.updated,
  services_switched_off: report.services.switchedOff,
  staff_created: report.staff.created,
  staff_updated: report.staff.updated,
  staff_switched_off: report.staff.switchedOff,
  offers_written: report.offers.written,
  offers_removed: report.offers.removed,
  days_written: report.days?.written ?? null,
  days_removed: report.days?.removed ?? null,
  unreadable: report.unreadable,
  kept: report.kept.length,
})
