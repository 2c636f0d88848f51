import * as z from 'zod'
import { defineCommand } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'

const schema = z.object({
  admin: z.object({ email: z.string(), name: z.string(), role: z.string() }),
  expires_at: z.string(),
  token: z.string(),
  device_token: z.string().nullable(),
})

export const login = defineCommand({
  name: 'login',
  summary: {
    ru: 'войти; сеанс хранится 30 дней в вашей папке настроек',
    en: 'sign in; the session is kept for 30 days in your settings folder',
  },
  options: {
    email: { type: 'string', value: 'E-MAIL', help: { ru: 'иначе будет спрошен', en: 'asked for otherwise' } },
    'password-stdin': {
      type: 'boolean',
      help: { ru: 'пароль — первая строка ввода', en: 'the password is the first line of the input' },
    },
  },
  example: 'login --api https://spa.example.com --email owner@example.com',
  async run(cli, values) {
    const { api, ask, sessions } = cli
    if (!cli.terminal.ask && !(values.email && values['password-stdin'])) {
      throw new CliError(
        EXIT.usage,
        cli.say({
          ru: 'Нет терминала, чтобы спросить: передайте --email и --password-stdin (пароль — первая строка ввода)',
          en: 'No terminal to ask on: pass --email and --password-stdin (the password is the first line of the input)',
        }),
      )
    }
    const email = values.email ?? (await ask.text('E-mail: '))
    const password = values['password-stdin']
      ? await cli.terminal.firstLine()
      : await ask.secret(cli.say({ ru: 'Пароль: ', en: 'Password: ' }))
    const known = sessions.of(api.url.origin)?.device_token
    const body = { email, password, session: 'bearer', ...(known ? { device_token: known } : {}) }
    const answer = await api.call({ method: 'POST', path: '/admin/login', body, anonymous: true, schema })
    const { admin, token, expires_at, device_token } = answer.body
    sessions.keep(api.url.origin, { email: admin.email, token, expires_at, device_token })
    cli.result({ email: admin.email, role: admin.role, expires_at }, () =>
      cli.say({
        ru: `✓ ${admin.email} (${admin.role}) до ${expires_at}. Выйти: spa logout`,
        en: `✓ ${admin.email} (${admin.role}) until ${expires_at}. To sign out: spa logout`,
      }),
    )
    return EXIT.fine
  },
})
