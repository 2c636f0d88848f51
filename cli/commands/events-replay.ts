import * as z from 'zod'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'
import { table } from '../output.ts'

const schema = z.object({
  dry_run: z.boolean(),
  events: z.int(),
  by_resource: z.array(z.object({ resource: z.string().nullable(), events: z.int() })),
  records: z.int(),
  left_out: z.int(),
  preview: z.array(
    z.object({
      record_id: z.int(),
      verdict: z.string(),
      reason: z.string().nullable(),
      booking_id: z.int().nullable(),
    }),
  ),
})
type Replay = z.infer<typeof schema>

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export const eventsReplay = defineCommand({
  name: 'events replay',
  summary: {
    ru: 'перечитать из YClients визиты, о которых были вебхуки',
    en: 'read the visits again from YClients that webhooks were about',
  },
  options: {
    ids: { type: 'string', value: 'ID,ID', help: { ru: 'эти события', en: 'these events' } },
    last: { type: 'string', value: '30m|2h|1d', help: { ru: 'за последнее время', en: 'of this last while' } },
    from: {
      type: 'string',
      value: 'TIME',
      help: { ru: 'с (2026-11-20T09:00+03:00)', en: 'from (2026-11-20T09:00+03:00)' },
    },
    to: { type: 'string', value: 'TIME', help: { ru: 'до', en: 'to' } },
    verdict: {
      type: 'string',
      value: 'WORD',
      help: { ru: 'только с таким исходом: parked, ignored …', en: 'only those that ended so: parked, ignored …' },
    },
    'dry-run': { type: 'boolean', help: { ru: 'только сказать, что изменится', en: 'only say what would change' } },
    yes: { type: 'boolean', help: { ru: 'не переспрашивать', en: 'do not ask' } },
  },
  example: 'events replay --last 2h --dry-run',
  async run(cli, values) {
    const events = selectionOf(cli, values)
    const send = (dryRun: boolean) =>
      cli.api.call({
        method: 'POST',
        path: '/admin/webhook-events/replay',
        body: { ...events, dry_run: dryRun },
        schema,
      })
    if (values['dry-run']) {
      const { body } = await send(true)
      cli.result(body, () => tell(cli, body))
      return EXIT.fine
    }
    if (!values.yes) cli.print(tell(cli, (await send(true)).body))
    await cli.ask.consent(cli.say({ ru: 'Перечитать?', en: 'Read them again?' }), values.yes)
    const { body } = await send(false)
    cli.result(body, () =>
      cli.say({
        ru: `✓ Отправлено в очередь, визитов: ${body.records}. Что вышло: spa sync check`,
        en: `✓ Sent to the queue, visits: ${body.records}. What came of it: spa sync check`,
      }),
    )
    return EXIT.fine
  },
})

function selectionOf(
  cli: Cli,
  { ids, last, from, to, verdict }: Readonly<Record<'ids' | 'last' | 'from' | 'to' | 'verdict', string | undefined>>,
): object {
  const chosen = verdict === undefined ? {} : { verdict }
  if (ids !== undefined) return { ids: ids.split(',').map((id) => id.trim()), ...chosen }
  if (last !== undefined) {
    const [, count = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(last) ?? []
    const ms = Number(count) * (UNITS[unit] ?? 0)
    if (!(ms > 0)) throw new CliError(EXIT.usage, '--last: 30m, 2h, 1d')
    const now = Date.now()
    return { from: new Date(now - ms).toISOString(), to: new Date(now).toISOString(), ...chosen }
  }
  if (from === undefined || to === undefined) {
    throw new CliError(
      EXIT.usage,
      cli.say({ ru: 'Какие: --ids, --last или --from и --to', en: 'Which: --ids, --last, or --from and --to' }),
    )
  }
  for (const [name, time] of Object.entries({ from, to })) {
    if (!/T.*(Z|[+-]\d\d:\d\d)$/i.test(time) || Number.isNaN(Date.parse(time))) {
      throw new CliError(
        EXIT.usage,
        cli.say({
          ru: `--${name}: нужно время с часовым поясом, например 2026-11-20T09:00+03:00`,
          en: `--${name}: a time with its offset is needed, such as 2026-11-20T09:00+03:00`,
        }),
      )
    }
  }
  return { from, to, ...chosen }
}

function tell(cli: Cli, replay: Replay): string {
  const head = cli.say({ ru: 'запись YClients|что будет|почему|визит', en: 'YClients record|what happens|why|visit' })
  return [
    cli.say({
      ru: `Событий: ${replay.events}, разных визитов: ${replay.records}, сверх меры: ${replay.left_out}`,
      en: `Events: ${replay.events}, different visits: ${replay.records}, beyond the limit: ${replay.left_out}`,
    }),
    ...(replay.preview.length > 0
      ? [
          table([
            head.split('|'),
            ...replay.preview.map(({ record_id, verdict, reason, booking_id }) => [
              record_id,
              verdict,
              reason,
              booking_id,
            ]),
          ]),
        ]
      : []),
  ].join('\n\n')
}
