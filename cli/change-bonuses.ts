import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { Refused } from './api.ts'
import type { Cli } from './cli.ts'
import { CliError, EXIT, type ExitCode } from './exit.ts'

/** Options of every command that moves points. */
export const MONEY_OPTIONS = {
  reason: { type: 'string', value: 'TEXT', help: { ru: 'за что (обязательно)', en: 'what for (required)' } },
  key: {
    type: 'string',
    value: 'KEY',
    help: { ru: 'ключ неудавшейся попытки: повторить, не удвоив', en: 'key of a failed try: repeat without doubling' },
  },
  yes: { type: 'boolean', help: { ru: 'не переспрашивать', en: 'do not ask' } },
} as const

const clients = z.array(
  z.object({ name: z.string(), surname: z.string(), unique_code: z.string().nullable(), bonus_balance: z.int() }),
)
const changed = z.object({ entry_id: z.int(), points: z.int(), balance: z.int(), user_id: z.int() })

export interface BonusChange {
  readonly path: '/admin/bonuses/spend' | '/admin/bonuses/adjust'
  readonly code: string
  /** What happens to the balance. */
  readonly points: number
  readonly body: Readonly<Record<string, unknown>>
  readonly reason: string | undefined
  readonly key: string | undefined
  readonly yes: boolean
}

/** Shows whose points are moved, asks, and moves them once: the key makes a repetition harmless. */
export async function changeBonuses(cli: Cli, change: BonusChange): Promise<ExitCode> {
  const { path, code, points, reason, key = randomUUID() } = change
  if (!reason) throw new CliError(EXIT.usage, '--reason')
  const found = await cli.api.call({ path: `/admin/users?${new URLSearchParams({ query: code })}`, schema: clients })
  const [client] = found.body
  if (!client || found.body.length > 1) {
    throw new CliError(
      EXIT.wrong,
      cli.say({ ru: `Клиент с кодом ${code} не найден.`, en: `No client has the code ${code}.` }),
    )
  }
  // With the key of an earlier try it may have been done already, and the balance is less for that.
  if (points < 0 && client.bonus_balance + points < 0 && change.key === undefined) {
    const { bonus_balance: balance } = client
    const detail = cli.say({ ru: `На балансе только ${balance}`, en: `The balance is only ${balance}` })
    throw new Refused(409, { code: 'insufficient_balance', detail }, detail)
  }
  const who = `${client.name} ${client.surname}`.trim()
  cli.print(
    cli.say({
      ru: `${who}, ${client.unique_code}: ${client.bonus_balance} → ${client.bonus_balance + points}`,
      en: `${who}, ${client.unique_code}: ${client.bonus_balance} → ${client.bonus_balance + points}`,
    }),
  )
  await cli.ask.consent(cli.say({ ru: 'Изменить бонусы?', en: 'Change the bonuses?' }), change.yes)
  try {
    const { body, headers } = await cli.api.call({
      method: 'POST',
      path,
      body: { ...change.body, code, reason },
      headers: { 'idempotency-key': key },
      schema: changed,
    })
    const replayed = headers.get('idempotency-replayed') === 'true'
    cli.result({ ...body, replayed }, () =>
      cli.say({
        ru: `✓ ${body.points}, теперь ${body.balance}${replayed ? ' (сделано раньше с этим ключом)' : ''}`,
        en: `✓ ${body.points}, now ${body.balance}${replayed ? ' (done before with this key)' : ''}`,
      }),
    )
    return EXIT.fine
  } catch (error) {
    // A refusal is final; after anything else nobody knows whether it was done.
    if (!(error instanceof Refused && error.status < 500)) cli.terminal.err(cli.t.repeatWith(key))
    throw error
  }
}

export function pointsOf(cli: Cli, name: string, text: string | undefined): number {
  const points = Number(text)
  if (text === undefined || !/^\d{1,7}$/.test(text) || points === 0)
    throw new CliError(EXIT.usage, cli.t.notANumber(name))
  return points
}
