import * as z from 'zod'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { runsTable, syncRun } from '../follow-sync.ts'
import type { Said } from '../language.ts'
import { mark, paint, table } from '../output.ts'
import { sayTime, WORDS } from '../words.ts'

const schema = z.object({
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  bookings: z.array(z.object({ source: z.string(), status: z.string(), count: z.int() })),
  clients: z.int(),
  clients_with_code: z.int(),
  unmatched: z.int(),
  undecided: z.int(),
  parked: z.int(),
  last_webhook_at: z.string().nullable(),
  drifted_at: z.string().nullable(),
  clean_since: z.string().nullable(),
  runs: z.array(syncRun),
  last_visits: z.array(
    z.object({
      id: z.int(),
      service_name: z.string(),
      status: z.string(),
      starts_at: z.string(),
      client_match: z.string(),
      updated_at: z.string(),
    }),
  ),
  advice: z.array(z.object({ code: z.string(), text: z.string() })),
})
type Report = z.infer<typeof schema>

const SETTINGS: Readonly<Record<string, Said>> = {
  yclients_enabled: { ru: 'связь с YClients включена', en: 'YClients is switched on' },
  company_id: { ru: 'номер филиала', en: 'number of the branch' },
  branch_timezone: { ru: 'часовой пояс филиала', en: 'time zone of the branch' },
  webhook_secret_set: { ru: 'секрет вебхука задан', en: 'secret of the webhook is set' },
  push_internal: { ru: 'наши записи уходят в YClients', en: 'own bookings go to YClients' },
  loyalty_enabled: { ru: 'бонусы включены', en: 'bonuses are switched on' },
}

/** The others are worth a look, but visits come all the same. */
const WRONG = new Set(['webhook_secret_missing', 'sync_failing', 'sync_overdue', 'work_parked'])

export const syncCheck = defineCommand({
  name: 'sync check',
  summary: {
    ru: 'как идёт синхронизация: настройки, визиты, запуски, расхождения, советы',
    en: 'how the sync stands: settings, visits, runs, drift, advice',
  },
  options: {},
  example: 'sync check',
  async run(cli) {
    const { body: report } = await cli.api.call({ path: '/admin/sync/report', schema })
    cli.result(report, () => tell(cli, report))
    return report.advice.some(({ code }) => WRONG.has(code)) ? EXIT.wrong : EXIT.fine
  },
})

function tell(cli: Cli, report: Report): string {
  const { t } = cli
  const part = (title: { ru: string; en: string }, body: string) => `${paint('bold', cli.say(title))}\n${body}`
  const value = (of: Report['settings'][string]) => (of === true ? t.yes : of === false ? t.no : (of ?? t.none))
  const word = (kind: keyof typeof WORDS, of: string) => {
    const said = WORDS[kind][of]
    return said ? cli.say(said) : of
  }
  const setting = (name: string) => {
    const said = SETTINGS[name]
    return said ? cli.say(said) : name
  }
  const at = (instant: string | null) => (instant === null ? t.none : sayTime(instant))
  const facts: [string, string | number][] = [
    [cli.say({ ru: 'клиентов', en: 'clients' }), report.clients],
    [cli.say({ ru: '  с кодом', en: '  with a code' }), report.clients_with_code],
    [cli.say({ ru: '  без кода', en: '  without one' }), report.clients - report.clients_with_code],
    [cli.say({ ru: 'визитов не из приложения', en: 'visits of nobody in the app' }), report.unmatched],
    [cli.say({ ru: '  из них спорных', en: '  of them in doubt' }), report.undecided],
    [cli.say({ ru: 'отложено работ', en: 'parked work' }), report.parked],
    [cli.say({ ru: 'последний вебхук', en: 'last webhook' }), at(report.last_webhook_at)],
    [cli.say({ ru: 'последнее расхождение', en: 'last drift' }), at(report.drifted_at)],
    [cli.say({ ru: 'чисто с', en: 'clean since' }), at(report.clean_since)],
  ]
  const bookings = cli.say({ ru: 'источник|состояние|визитов', en: 'source|status|visits' }).split('|')
  const visits = cli.say({ ru: '№|услуга|когда|состояние|клиент', en: 'no.|service|when|status|client' }).split('|')
  return [
    part(
      { ru: 'Настройки', en: 'Settings' },
      plain(Object.entries(report.settings).map(([name, of]) => [setting(name), String(value(of))])),
    ),
    part(
      { ru: 'Визиты', en: 'Visits' },
      table([
        bookings,
        ...report.bookings.map(({ source, status, count }) => [word('source', source), word('status', status), count]),
      ]),
    ),
    part({ ru: 'Итоги', en: 'Totals' }, plain(facts)),
    part({ ru: 'Последние запуски', en: 'Last runs' }, runsTable(cli, report.runs)),
    part(
      { ru: 'Последние визиты из YClients', en: 'Last visits from YClients' },
      table([
        visits,
        ...report.last_visits.map((visit) => [
          visit.id,
          visit.service_name,
          sayTime(visit.starts_at),
          word('status', visit.status),
          word('match', visit.client_match),
        ]),
      ]),
    ),
    report.advice.length === 0
      ? `${mark('ok')} ${cli.say({ ru: 'Всё в порядке', en: 'All is well' })}`
      : report.advice.map(({ code, text }) => `${mark(WRONG.has(code) ? 'red' : 'attention')} ${text}`).join('\n'),
  ].join('\n\n')
}

/** Without a head. */
const plain = (rows: readonly (readonly [string, string | number])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, of]) => `${name.padEnd(width)}  ${of}`).join('\n')
}
