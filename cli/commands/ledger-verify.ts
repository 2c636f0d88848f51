import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { mark, table } from '../output.ts'

const schema = z.object({
  id: z.int(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  users: z.int(),
  entries: z.int(),
  visits: z.int(),
  waiting: z.int(),
  differences: z.int(),
  details: z.array(
    z.object({
      kind: z.string(),
      user_id: z.int().nullable(),
      booking_id: z.int().nullable(),
      expected: z.int(),
      found: z.int(),
    }),
  ),
})
type Check = z.infer<typeof schema>

const POLL_MS = 1000

export const ledgerVerify = defineCommand({
  name: 'ledger verify',
  summary: {
    ru: 'проверить счёт: остатки = суммы записей, за каждый визит начислено один раз',
    en: 'prove the ledger: balances are sums of entries, each visit has one accrual',
  },
  options: {},
  example: 'ledger verify',
  async run(cli) {
    let check = (await cli.api.call({ method: 'POST', path: '/admin/ledger/verify', schema })).body
    const { id } = check
    while (check.finished_at === null) {
      cli.terminal.err(cli.say({ ru: `… клиентов ${check.users}`, en: `… ${check.users} clients` }))
      await sleep(POLL_MS)
      const list = await cli.api.call({ path: '/admin/ledger/checks', schema: z.array(schema) })
      check = list.body.find((each) => each.id === id) ?? check
    }
    cli.result(check, () => tell(cli, check))
    return check.differences === 0 ? EXIT.fine : EXIT.wrong
  },
})

function tell(cli: Cli, check: Check): string {
  const looked = cli.say({
    ru: `клиентов ${check.users}, записей ${check.entries}, визитов ${check.visits}, ещё не посчитано ${check.waiting}`,
    en: `${check.users} clients, ${check.entries} entries, ${check.visits} visits, ${check.waiting} still to be settled`,
  })
  if (check.differences === 0)
    return `${mark('ok')} ${cli.say({ ru: 'Счёт сходится', en: 'The ledger adds up' })}: ${looked}`
  const head = cli.say({ ru: 'что|клиент|визит|должно быть|есть', en: 'what|client|visit|expected|found' }).split('|')
  return [
    `${mark('red')} ${cli.say({ ru: `Расхождений: ${check.differences}`, en: `Differences: ${check.differences}` })}: ${looked}`,
    table([
      head,
      ...check.details.map(({ kind, user_id, booking_id, expected, found }) => [
        kind,
        user_id,
        booking_id,
        expected,
        found,
      ]),
    ]),
  ].join('\n\n')
}
