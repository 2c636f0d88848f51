import * as z from 'zod'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'

const schema = z.object({ given: z.int(), remaining: z.int() })
/** Hundreds at a time: this is for a salon with more clients than there are people in a city. */
const MAX_ROUNDS = 10_000

export const codesGenerate = defineCommand({
  name: 'codes generate',
  summary: {
    ru: 'дать код каждому клиенту, у которого его нет; можно повторять',
    en: 'give a code to each client who has none; may be repeated',
  },
  options: {},
  example: 'codes generate',
  async run(cli) {
    let total = 0
    let remaining = 0
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { body } = await cli.api.call({ method: 'POST', path: '/admin/users/codes', schema })
      total += body.given
      remaining = body.remaining
      // Nobody got one: drawn again later, it may succeed.
      if (remaining === 0 || body.given === 0) break
      cli.terminal.err(cli.say({ ru: `… ещё ${remaining}`, en: `… ${remaining} more` }))
    }
    cli.result({ given: total, remaining }, () =>
      cli.say({
        ru: `✓ Выдано кодов: ${total}; без кода осталось: ${remaining}`,
        en: `✓ Codes given: ${total}; clients without: ${remaining}`,
      }),
    )
    return remaining === 0 ? EXIT.fine : EXIT.wrong
  },
})
