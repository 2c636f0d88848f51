/** `npm run catalog:sync`: brings the catalog of a local or a deployed Worker in line with YClients and says what changed. */
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { DEV_API, isLocal, USUAL_API } from './local/address.ts'
import { type Language, readLanguage } from './local/language.ts'
import { messageOf } from './local/main.ts'
import { DEV_VARS, readVars } from './local/settings.ts'
import { signInOwner } from './local/sign-in.ts'

/** Four calls to YClients, each with its time-out. */
const TIMEOUT_MS = 90_000

const ru = {
  noToken: 'задайте переменную окружения ADMIN_TOKEN: токен администратора (POST /api/v1/admin/login)',
  notEncrypted: 'без https токен отправляется только на этот компьютер',
  noAnswer: (api: string) => `${api} не отвечает`,
  unexpected: 'неожиданный ответ; проверьте адрес в --api',
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
  overwriteHint: 'Взять значения YClients: npm run catalog:sync -- --overwrite',
}

const en: typeof ru = {
  noToken: "set the environment variable ADMIN_TOKEN: an administrator's token (POST /api/v1/admin/login)",
  notEncrypted: 'without https the token is sent to this computer only',
  noAnswer: (api) => `${api} does not answer`,
  unexpected: 'unexpected answer; check the address in --api',
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
  overwriteHint: "To take YClients' values: npm run catalog:sync -- --overwrite",
}

const TEXTS: Readonly<Record<Language, typeof ru>> = { ru, en }

const written = z.object({ written: z.int(), removed: z.int() })
const counts = z.object({ created: z.int(), updated: z.int(), switched_off: z.int().optional() })
const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const reportSchema = z.object({
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
type Report = z.infer<typeof reportSchema>
const problemSchema = z.object({ code: z.string(), detail: z.string() })

try {
  await syncCatalog()
} catch (error) {
  console.error(`✗ ${messageOf(error)}`)
  process.exitCode = 1
}

async function syncCatalog(): Promise<void> {
  const { values } = parseArgs({
    options: {
      api: { type: 'string', default: USUAL_API },
      overwrite: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      lang: { type: 'string', default: 'ru' },
    },
  })
  const language = readLanguage(values.lang)
  const t = TEXTS[language]
  const api = new URL(values.api)
  if (api.protocol !== 'https:' && !isLocal(api)) throw new Error(t.notEncrypted)
  const report = await ask(api, await findToken(api, t), values.overwrite, language)
  console.log(values.json ? JSON.stringify(report) : tell(report, t))
}

/** Of the environment; `npm run dev` lets its own owner in. */
async function findToken(api: URL, t: typeof ru): Promise<string> {
  const { ADMIN_TOKEN } = process.env
  if (ADMIN_TOKEN) return ADMIN_TOKEN
  if (api.origin !== DEV_API) throw new Error(t.noToken)
  return await signInOwner(api.origin, readVars(DEV_VARS).ADMIN_BOOTSTRAP_SECRET ?? '')
}

async function ask(api: URL, token: string, overwrite: boolean, language: Language): Promise<Report> {
  const t = TEXTS[language]
  const response = await fetch(new URL('/api/v1/admin/catalog/sync', api), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'accept-language': language,
    },
    body: JSON.stringify({ overwrite }),
    // A redirect would carry the token elsewhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(t.noAnswer(api.origin), { cause: error })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  const report = response.status === 200 ? reportSchema.safeParse(answer) : undefined
  if (report?.success) return report.data
  const problem = problemSchema.safeParse(answer)
  throw new Error(
    problem.success ? `${problem.data.detail} (${problem.data.code})` : `${response.status}: ${t.unexpected}`,
  )
}

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

function shown(of: z.infer<typeof value>): string {
  return of === null ? '—' : String(of)
}

/** Columns as wide as their widest cell: the first and texts to the left, numbers to the right. */
function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)))
  return rows
    .map((row) =>
      widths
        .map((width, column) => {
          const cell = row[column] ?? ''
          return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
