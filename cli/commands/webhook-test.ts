import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { isLocal } from '../../dev/local/address.ts'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'
import { mark } from '../output.ts'

const PATH = '/admin/yclients/webhook-test'
const created = z.object({ record_id: z.int(), starts_at: z.string(), removed_at: z.string() })
const settings = z.object({ registered: z.boolean(), active: z.boolean(), self_sending: z.boolean().nullable() })
const followed = z.object({
  events: z.array(z.object({ status: z.string(), verdict: z.string(), error: z.string().nullable() })),
  booking: z.object({ id: z.int(), status: z.string() }).nullable(),
})
type Followed = z.infer<typeof followed>

const POLL_MS = 500
const USUAL_SECONDS = 60
/** Of events that will not come to anything any more. */
const LOST: readonly string[] = ['parked', 'ignored']
const DONE: readonly string[] = ['created', 'updated', 'unchanged']

interface Step {
  readonly name: 'create' | 'update' | 'delete'
  readonly ok: boolean
  readonly seconds: number
  readonly verdict: string | null
}

export const webhookTest = defineCommand({
  name: 'webhook test',
  summary: {
    ru: 'создать, изменить и удалить запись-пустышку в YClients и проследить её вебхуки',
    en: 'create, change and delete a throw-away record in YClients and follow its webhooks',
  },
  options: {
    timeout: {
      type: 'string',
      value: 'SECONDS',
      help: { ru: `ждать каждое событие, ${USUAL_SECONDS} с`, en: `for each event, ${USUAL_SECONDS} s` },
    },
    yes: { type: 'boolean', help: { ru: 'не переспрашивать', en: 'do not ask' } },
  },
  example: 'webhook test --yes',
  async run(cli, { timeout = String(USUAL_SECONDS), yes }) {
    const waitMs = Number(timeout) * 1000
    if (!(waitMs > 0)) throw new CliError(EXIT.usage, cli.t.notANumber('--timeout'))
    const question = cli.say({
      ru: 'В настоящий журнал YClients на минуту встанет запись без клиента, через 2–30 дней. Продолжить?',
      en: 'A record without a client will stand in the real YClients journal for a minute, 2 to 30 days ahead. Go on?',
    })
    await cli.ask.consent(question, yes || isLocal(cli.api.url))
    await demandRegistered(cli)

    const { record_id: id, starts_at } = (await cli.api.call({ method: 'POST', path: PATH, schema: created })).body
    cli.print(cli.say({ ru: `Запись ${id} на ${starts_at}`, en: `Record ${id} at ${starts_at}` }))
    const call = (method: 'PATCH' | 'DELETE') => cli.api.call({ method, path: `${PATH}/${id}`, schema: z.unknown() })
    const ending = new AbortController()
    // Ctrl-C still takes the record out of the journal.
    const interrupt = () => ending.abort()
    process.once('SIGINT', interrupt)
    const steps: Step[] = []
    let isDeleted = false
    try {
      await follow('create', ({ booking }) => booking !== null)
      if (isGoing()) {
        await call('PATCH')
        await follow('update', () => true)
      }
      if (isGoing()) {
        await call('DELETE')
        isDeleted = true
        await follow('delete', ({ booking }) => booking?.status === 'cancelled')
      }
    } finally {
      process.off('SIGINT', interrupt)
      if (!isDeleted) await call('DELETE')
    }
    const isWell = isGoing()
    cli.result({ record_id: id, ok: isWell, steps }, () => verdict(cli, isWell))
    return isWell ? EXIT.fine : EXIT.wrong

    function isGoing(): boolean {
      return !ending.signal.aborted && steps.every(({ ok }) => ok)
    }

    async function follow(name: Step['name'], hasArrived: (now: Followed) => boolean): Promise<void> {
      const begun = Date.now()
      let event: Followed['events'][number] | undefined
      let ok = false
      while (!ok && !ending.signal.aborted && Date.now() - begun < waitMs && !LOST.includes(event?.verdict ?? '')) {
        await sleep(POLL_MS)
        const now = (await cli.api.call({ path: `${PATH}/${id}`, schema: followed })).body
        event = now.events.findLast(({ status }) => status === name)
        ok = event !== undefined && DONE.includes(event.verdict) && hasArrived(now)
      }
      const seconds = Math.round((Date.now() - begun) / 100) / 10
      steps.push({ name, ok, seconds, verdict: event?.verdict ?? null })
      const why = event ? `${event.verdict}${event.error === null ? '' : `: ${event.error}`}` : notCome(cli)
      cli.print(`${mark(ok ? 'ok' : 'red')} ${name}: ${ok ? `${event?.verdict}, ${seconds} s` : why}`)
    }
  },
})

/** Without a registered address nothing can come, and the journal is left alone. */
async function demandRegistered(cli: Cli): Promise<void> {
  const { registered, active, self_sending } = (
    await cli.api.call({ path: '/admin/yclients/webhook', schema: settings })
  ).body
  if (!registered || !active) {
    const text = {
      ru: 'Вебхук не зарегистрирован: spa webhook setup --register',
      en: 'The webhook is not registered: spa webhook setup --register',
    }
    throw new CliError(EXIT.wrong, cli.say(text))
  }
  if (self_sending === false) {
    const text = {
      ru: 'YClients настроен не слать события об изменениях через API (self_sending), поэтому проверить так нельзя. Создайте запись в журнале вручную и посмотрите: spa sync check',
      en: 'YClients is set not to send events of changes made through the API (self_sending), so this cannot be tried. Make a record in the journal by hand and look: spa sync check',
    }
    throw new CliError(EXIT.wrong, cli.say(text))
  }
}

const notCome = (cli: Cli) => cli.say({ ru: 'событие не пришло', en: 'the event did not come' })

const verdict = (cli: Cli, isWell: boolean): string =>
  isWell
    ? `${mark('ok')} ${cli.say({ ru: 'Вебхук работает. Запись удалена.', en: 'The webhook works. The record is gone.' })}`
    : `${mark('red')} ${cli.say({
        ru: 'Вебхук не работает. Запись удалена. Проверьте адрес: spa webhook setup, доступность Worker из интернета, spa doctor',
        en: 'The webhook does not work. The record is gone. Check the address: spa webhook setup, that the Worker can be reached from the internet, spa doctor',
      })}`
