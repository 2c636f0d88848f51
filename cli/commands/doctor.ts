import * as z from 'zod'
import { Refused } from '../api.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { mark, paint } from '../output.ts'

const status = z.enum(['ok', 'attention', 'red'])
const schema = z.object({
  status,
  checks: z.array(
    z.object({
      group: z.string(),
      code: z.string(),
      status,
      text: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
})
type Diagnosis = z.infer<typeof schema>

const GROUPS: Readonly<Record<string, { ru: string; en: string }>> = {
  settings: { ru: 'Настройки', en: 'Settings' },
  yclients: { ru: 'YClients', en: 'YClients' },
  webhook: { ru: 'Вебхук', en: 'Webhook' },
  work: { ru: 'Фоновая работа', en: 'Background work' },
  loyalty: { ru: 'Бонусы', en: 'Bonuses' },
}

const REGISTER = 'spa webhook setup --register'
const VERIFY = 'spa ledger verify'
/** What the pages of the panel do, for somebody who is at a command line anyway. */
const BY_COMMAND: Readonly<Record<string, string>> = {
  webhook_secret_missing: REGISTER,
  webhook_secret_short: REGISTER,
  hook_missing: REGISTER,
  hook_outdated: REGISTER,
  hook_inactive: REGISTER,
  hook_events_missing: REGISTER,
  webhooks_never: REGISTER,
  webhooks_silent: 'spa webhook setup',
  sync_never: 'spa sync run',
  sync_stuck: 'spa sync run',
  sync_overdue: 'spa sync run',
  drift_found: 'spa sync check',
  ledger_never: VERIFY,
  ledger_old: VERIFY,
  ledger_differs: VERIFY,
}
const byCommand = (code: string): string => (BY_COMMAND[code] === undefined ? '' : ` (${BY_COMMAND[code]})`)

export const doctor = defineCommand({
  name: 'doctor',
  summary: {
    ru: 'проверить всё: настройки, доступ к YClients, вебхук, cron, очередь, уровни',
    en: 'check everything: settings, access to YClients, webhook, cron, queue, levels',
  },
  options: {
    all: {
      type: 'boolean',
      help: { ru: 'показать и то, что в порядке, по каждой настройке', en: 'show each setting that is all right, too' },
    },
  },
  example: 'doctor --api https://spa.example.com',
  async run(cli, values) {
    const diagnosis = await examine()
    cli.result(diagnosis, () => tell(diagnosis))
    return diagnosis.status === 'red' ? EXIT.wrong : EXIT.fine

    async function examine(): Promise<Diagnosis> {
      try {
        return (await cli.api.call({ path: '/admin/doctor', schema })).body
      } catch (error) {
        // With a wrong setting the Worker answers nothing else: which one is the diagnosis.
        if (!(error instanceof Refused && error.problem.code === 'misconfigured')) throw error
        return { status: 'red', checks: (error.problem.errors ?? []).map(({ field }) => misconfigured(field)) }
      }
    }

    function misconfigured(name: string): Diagnosis['checks'][number] {
      return {
        group: 'settings',
        code: 'setting_wrong',
        status: 'red',
        text: cli.say({ ru: `${name}: не задано или неверно`, en: `${name}: missing or wrong` }),
        remedy: cli.say({
          ru: `Что это и где взять: .dev.vars.example. Задать: npx wrangler secret put ${name} или wrangler.toml`,
          en: `What it is: .dev.vars.example. Set it: npx wrangler secret put ${name}, or wrangler.toml`,
        }),
      }
    }

    function tell({ checks }: Diagnosis): string {
      const groups = [...new Set(checks.map(({ group }) => group))]
      const lines = groups.flatMap((group) => {
        const own = checks.filter((check) => check.group === group)
        const shown = own.filter((check) => values.all || group !== 'settings' || check.status !== 'ok')
        const rest = own.length - shown.length
        const title = GROUPS[group]
        return [
          paint('bold', title ? cli.say(title) : group),
          ...shown.flatMap(({ status: of, code, text, remedy }) => [
            `  ${mark(of)} ${text}`,
            ...(remedy !== null && of !== 'ok' ? [`      → ${remedy}${byCommand(code)}`] : []),
          ]),
          ...(rest > 0
            ? [
                `  ${mark('ok')} ${cli.say({ ru: `ещё ${rest} в порядке (--all)`, en: `${rest} more all right (--all)` })}`,
              ]
            : []),
          '',
        ]
      })
      return [...lines, verdict(checks)].join('\n')
    }

    function verdict(checks: Diagnosis['checks']): string {
      const count = (of: z.infer<typeof status>) => checks.filter((check) => check.status === of).length
      const [red, attention] = [count('red'), count('attention')]
      if (red > 0) return `${mark('red')} ${cli.say({ ru: `Нужно исправить: ${red}`, en: `To be mended: ${red}` })}`
      if (attention > 0) {
        return `${mark('attention')} ${cli.say({ ru: `Работает; стоит посмотреть: ${attention}`, en: `It works; worth a look: ${attention}` })}`
      }
      return `${mark('ok')} ${cli.say({ ru: 'Всё в порядке', en: 'All is well' })}`
    }
  },
})
