import { z } from '@hono/zod-openapi'
import { wordOf } from '../catalog/difference.ts'
import type { Kept } from './plan-import.ts'
import type { CatalogReport } from './sync-catalog.ts'

const counts = z.object({
  created: z.int(),
  updated: z.int(),
  switched_off: z.int().openapi({ description: 'Of the updated ones: gone or hidden in YClients' }),
})
const written = z.object({ written: z.int(), removed: z.int() })
const value = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const catalogReportSchema = z
  .object({
    categories: counts.omit({ switched_off: true }),
    services: counts,
    staff: counts,
    staff_services: written.openapi({ description: 'Who does what' }),
    days: written.nullable().openapi({ description: 'Days of working hours; null: YClients did not show them' }),
    unreadable: z.int().openapi({ description: 'Items of YClients that made no sense' }),
    kept: z.array(
      z.object({
        category_id: z.int().nullable(),
        service_id: z.int().nullable(),
        staff_id: z.int().nullable(),
        field: z.string(),
        local: value,
        yclients: value,
      }),
    ),
    kept_total: z.int().openapi({ description: 'The list may be cut' }),
  })
  .openapi('CatalogReport')

/** So many, and texts so long, fit the 12 KB that get through to Russia. */
const SHOWN = 50
const LENGTH = 80

export const renderCatalogReport = (report: CatalogReport): z.infer<typeof catalogReportSchema> => ({
  categories: { created: report.categories.created, updated: report.categories.updated },
  services: renderCounts(report.services),
  staff: renderCounts(report.staff),
  staff_services: report.offers,
  days: report.days ?? null,
  unreadable: report.unreadable,
  kept: report.kept.slice(0, SHOWN).map(renderKept),
  kept_total: report.kept.length,
})

const renderCounts = ({ created, updated, switchedOff }: CatalogReport['services']) => ({
  created,
  updated,
  switched_off: switchedOff,
})

const short = <V>(of: V) =>
  typeof of === 'string' && of.length > LENGTH ? `${of.slice(0, LENGTH - 1).toWellFormed()}…` : of

/** As the API calls them. */
const FIELDS: Readonly<Record<string, string>> = { priceKopecks: 'price', durationMinutes: 'duration' }

const renderKept = ({ categoryId, serviceId, staffId, field, local, yclients }: Kept) => ({
  category_id: categoryId ?? null,
  service_id: serviceId ?? null,
  staff_id: staffId ?? null,
  field: FIELDS[field] ?? wordOf(field),
  local: short(local),
  yclients: short(yclients),
})
