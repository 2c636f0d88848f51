import * as z from 'zod'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import type { Language } from '../language.ts'
import { table } from '../output.ts'

/** Four calls to YClients, each with its time-out. */
const TIMEOUT_MS = 90_000

const ru = {
  columns: ['', 'новых', 'изменено', 'выключено'],
  categories: 'категории',
  services: 'услуги',
  staff: 'мастера',
  changes: ['', 'записано', 'убрано'],
  offers: 'кто что делает',
  days: 'рабочие дни',
  noDays: 'Расписание YClients не показал (нет права?): рабочие дни остались прежними.',
  unreadable: (count: number) => `Непонятных записей в ответе YClients: ${count}; наши значения для них остались.`,
  kept: (count: number) => `Оставлено изменённое у нас, хотя в YClients другое: ${count}`,
  keptColumns: ['', 'поле', 'у нас', 'в YClients'],
  category: (id: number) => `категория ${id}`,
  service: (id: number) => `услуга ${id}`,
  master: (id: number) => `мастер ${id}`,
  more: (count: number) => `… и ещё ${count}`,
  overwriteHint: 'Взять значения YClients: spa catalog sync --overwrite',
}

const en: typeof ru = {
  columns: ['', 'new', 'changed', 'switched off'],
  categories: 'categories',
  services: 'services',
  staff: 'masters',
  changes: ['', 'written', 'removed'],
  offers: 'who does what',
  days: 'working days',
  noDays: 'YClients did not show the schedule (no right to?): working days stay as they were.',
  unreadable: (count) => `Items of YClients that made no sense: ${count}; what we have of them stays.`,
  kept: (count) => `Kept as changed here, although YClients has something else: ${count}`,
  keptColumns: ['', 'field', 'here', 'in YClients'],
  category: (id) => `category ${id}`,
  service: (id) => `service ${id}`,
  master: (id) => `master ${id}`,
  more: (count) => `… and ${count} more`,
  overwriteHint: "To take YClients' values: spa catalog sync --overwrite",
}

const TEXTS: Readonly<Record<Language, typeof ru>> = { ru, en }

const written = z.object({ written: z.int(), removed: z.int() })
const counts = z.object({ created: z.int(), updated: z.int(), switched_off: z.int().optional() })
const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const schema = z.object({
  categories: counts,
  services: counts,
  staff: counts,
  staff_services: written,
  days: written.nullable(),
  unreadable: z.int(),
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
  kept_total: z.int(),
})
type Report = z.infer<typeof schema>

export const catalogSync = defineCommand({
  name: 'catalog sync',
  summary: {
    ru: 'взять из YClients услуги, мастеров и часы работы',
    en: 'take services, masters and working hours over from YClients',
  },
  options: {
    overwrite: {
      type: 'boolean',
      help: {
        ru: 'взять значения YClients и там, где у нас изменено',
        en: "take YClients' values also for what was changed here",
      },
    },
  },
  example: 'catalog sync',
  async run(cli, { overwrite }) {
    const call = { method: 'POST' as const, path: '/admin/catalog/sync', body: { overwrite }, timeoutMs: TIMEOUT_MS }
    const { body: report } = await cli.api.call({ ...call, schema })
    cli.result(report, () => tell(report, TEXTS[cli.language]))
    return EXIT.fine
  },
})

function tell(report: Report, t: typeof ru): string {
  const row = (name: string, { created, updated, switched_off }: z.infer<typeof counts>) => [
    name,
    created,
    updated,
    switched_off ?? '',
  ]
  const change = (name: string, of: z.infer<typeof written>) => [name, of.written, of.removed]
  const { days, unreadable, kept, kept_total: total } = report
  return [
    table([
      t.columns,
      row(t.categories, report.categories),
      row(t.services, report.services),
      row(t.staff, report.staff),
    ]),
    table([t.changes, change(t.offers, report.staff_services), ...(days ? [change(t.days, days)] : [])]),
    ...(days ? [] : [t.noDays]),
    ...(unreadable > 0 ? [t.unreadable(unreadable)] : []),
    ...(total > 0
      ? [
          t.kept(total),
          table([
            t.keptColumns,
            ...kept.map((one) => [nameOf(one, t), one.field, shown(one.local), shown(one.yclients)]),
          ]),
          ...(total > kept.length ? [t.more(total - kept.length)] : []),
          t.overwriteHint,
        ]
      : []),
  ].join('\n\n')
}

function nameOf({ category_id, service_id, staff_id }: Report['kept'][number], t: typeof ru): string {
  const parts = [
    ...(category_id === null ? [] : [t.category(category_id)]),
    ...(service_id === null ? [] : [t.service(service_id)]),
    ...(staff_id === null ? [] : [t.master(staff_id)]),
  ]
  return parts.join(', ')
}

const shown = (of: z.infer<typeof value>): string => (of === null ? '—' : String(of))
