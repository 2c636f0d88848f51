import * as z from 'zod'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { table } from '../output.ts'

const schema = z.array(
  z.object({
    id: z.int(),
    name: z.string(),
    surname: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    unique_code: z.string().nullable(),
    bonus_balance: z.int(),
  }),
)

export const usersFind = defineCommand({
  name: 'users find',
  summary: {
    ru: 'найти клиентов по коду, телефону, e-mail или имени',
    en: 'find clients by code, phone, e-mail or name',
  },
  args: ['QUERY'],
  options: {},
  example: 'users find ABC23456',
  async run(cli, _, [query = '']) {
    const path = `/admin/users?${new URLSearchParams({ query, limit: '50' })}`
    const { body: users, headers } = await cli.api.call({ path, schema })
    const head = cli.say({ ru: '№|код|имя|телефон|e-mail|бонусы', en: 'no.|code|name|phone|e-mail|bonuses' }).split('|')
    cli.result(users, () =>
      users.length === 0
        ? cli.say({ ru: 'Никого не нашлось.', en: 'Nobody was found.' })
        : table([
            head,
            ...users.map((user) => [
              user.id,
              user.unique_code,
              `${user.name} ${user.surname}`.trim(),
              user.phone,
              user.email,
              user.bonus_balance,
            ]),
          ]),
    )
    if (headers.has('link')) {
      cli.terminal.err(cli.say({ ru: 'Есть и другие: уточните запрос.', en: 'There are more: be more precise.' }))
    }
    return users.length > 0 ? EXIT.fine : EXIT.wrong
  },
})
