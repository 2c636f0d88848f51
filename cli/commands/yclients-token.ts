import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { isLocal } from '../../dev/local/address.ts'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { CliError, EXIT, type ExitCode } from '../exit.ts'
import { mark } from '../output.ts'

const VARIABLE = 'YCLIENTS_USER_TOKEN'
const USUAL_URL = 'https://api.yclients.com'
const TIMEOUT_MS = 20_000

const withToken = z.object({ data: z.object({ user_token: z.string().min(1) }) })
/** The account has two-factor login: a second step instead of a token. */
const secondStep = z.object({ data: z.object({ uuid: z.string() }) })
const refusal = z.object({ meta: z.object({ message: z.string() }) })

export const yclientsToken = defineCommand({
  name: 'yclients token',
  summary: {
    ru: 'получить токен пользователя YClients по логину и паролю',
    en: 'get the token of a YClients user by login and password',
  },
  options: {
    login: {
      type: 'string',
      value: 'LOGIN',
      help: { ru: 'телефон или e-mail; иначе спросит', en: 'phone or e-mail; asked for otherwise' },
    },
    'password-stdin': {
      type: 'boolean',
      help: { ru: 'пароль — первая строка ввода', en: 'the password is the first line of the input' },
    },
    'yclients-url': { type: 'string', value: 'URL', help: { ru: USUAL_URL, en: USUAL_URL } },
    put: {
      type: 'boolean',
      help: {
        ru: 'сразу записать секретом Worker (wrangler)',
        en: "store it as the Worker's secret at once (wrangler)",
      },
    },
    print: { type: 'boolean', help: { ru: 'показать токен', en: 'show the token' } },
  },
  example: 'yclients token --put',
  async run(cli, values) {
    const base = values['yclients-url'] ?? USUAL_URL
    if (!URL.canParse(base)) throw new CliError(EXIT.usage, `--yclients-url: ${base}`)
    if (!base.startsWith('https:') && !isLocal(new URL(base))) throw new CliError(EXIT.usage, cli.t.notEncrypted)
    const partner =
      cli.terminal.env.YCLIENTS_API_TOKEN ||
      (await cli.ask.secret(
        cli.say({ ru: 'Токен партнёра (YCLIENTS_API_TOKEN): ', en: 'Partner token (YCLIENTS_API_TOKEN): ' }),
      ))
    const login = values.login ?? (await cli.ask.text(cli.say({ ru: 'Логин YClients: ', en: 'YClients login: ' })))
    const password = values['password-stdin']
      ? await cli.terminal.firstLine()
      : await cli.ask.secret(cli.say({ ru: 'Пароль YClients: ', en: 'YClients password: ' }))
    const token = await askForToken(cli, { base, partner, login: login.replace(/^\+/, ''), password })
    if (values.put) return await putSecret(cli, token)
    cli.result({ variable: VARIABLE, ...(values.print && { token }) }, () =>
      [
        `${mark('ok')} ${cli.say({ ru: 'Токен получен.', en: 'The token is there.' })}`,
        ...(values.print ? [token] : []),
        cli.say({
          ru: `Записать его: spa yclients token --put, или показать (--print) и вставить в ответ на
  npx wrangler secret put ${VARIABLE}
Локально: строка ${VARIABLE}=… в .dev.vars. Токен меняется вместе с паролем. Проверить права: spa doctor`,
          en: `To store it: spa yclients token --put, or show it (--print) and paste it when asked by
  npx wrangler secret put ${VARIABLE}
Locally: a line ${VARIABLE}=… in .dev.vars. The token changes with the password. To check its rights: spa doctor`,
        }),
      ].join('\n'),
    )
    return EXIT.fine
  },
})

async function askForToken(
  cli: Cli,
  given: { base: string; partner: string; login: string; password: string },
): Promise<string> {
  const { base, partner, login, password } = given
  let response: Response
  let body: unknown
  try {
    response = await fetch(new URL('/api/v1/auth', base), {
      method: 'POST',
      headers: {
        accept: 'application/vnd.yclients.v2+json',
        'content-type': 'application/json',
        authorization: `Bearer ${partner}`,
      },
      body: JSON.stringify({ login, password }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    body = await response.json().catch(() => undefined)
  } catch {
    throw new CliError(EXIT.unreachable, cli.t.noAnswer(base))
  }
  const token = withToken.safeParse(body)
  if (response.ok && token.success) return token.data.data.user_token
  if (response.ok && secondStep.safeParse(body).success) throw new CliError(EXIT.wrong, cli.say(TWO_FACTOR))
  if (response.status === 401) throw new CliError(EXIT.wrong, cli.say(REFUSED))
  const said = refusal.safeParse(body)
  throw new CliError(
    EXIT.wrong,
    said.success ? `YClients: ${said.data.meta.message}` : cli.t.unexpected(response.status),
  )
}

const TWO_FACTOR = {
  ru: `У этого пользователя включён вход по коду (двухфакторный), токена так не получить.
Заведите системного пользователя: YClients → Настройки → Пользователи → добавить, без входа по коду, с правами на журнал
записи, телефоны клиентов, клиентскую базу и настройки вебхуков; затем повторите с его логином.`,
  en: `This user signs in with a second factor, so there is no token this way.
Make a system user: YClients → Settings → Users → add, without a second factor, with the rights to the journal, phones of
clients, the client base and webhook settings; then repeat with its login.`,
}

const REFUSED = {
  ru: 'YClients не принял логин, пароль или токен партнёра.',
  en: 'YClients did not take the login, the password or the partner token.',
}

/** Hands the token to wrangler without it standing in a command or on the screen. */
async function putSecret(cli: Cli, token: string): Promise<ExitCode> {
  const project = join(import.meta.dirname, '..', '..')
  const wrangler = join(project, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  if (!existsSync(wrangler)) throw new CliError(EXIT.wrong, 'npm ci')
  const child = spawn(process.execPath, [wrangler, 'secret', 'put', VARIABLE], {
    cwd: project,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  child.stdin.end(`${token}\n`)
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0)
    throw new CliError(
      EXIT.wrong,
      cli.say({ ru: 'wrangler не записал секрет.', en: 'wrangler did not store the secret.' }),
    )
  return EXIT.fine
}
