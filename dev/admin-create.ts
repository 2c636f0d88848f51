/** `npm run admin:create -- --email … --name …`: makes the first owner of a local or a deployed Worker. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { DEV_API, isLocal, USUAL_API } from './local/address.ts'
import { askSecret } from './local/ask-secret.ts'
import { type Language, readLanguage } from './local/language.ts'
import { messageOf } from './local/main.ts'
import { PROJECT } from './local/paths.ts'
import { DEV_VARS, readVars } from './local/settings.ts'

const USAGE = 'npm run admin:create -- --email E-MAIL --name NAME [--api URL] [--lang ru|en]'
const TIMEOUT_MS = 30_000

const ru = {
  secret: 'Секрет (ADMIN_BOOTSTRAP_SECRET): ',
  password: 'Пароль владельца: ',
  again: 'Пароль ещё раз: ',
  different: 'пароли не совпали',
  secretFrom: (place: string) => `Секрет взят отсюда: ${place}`,
  noTerminal: (name: string) => `нет терминала, чтобы спросить: задайте переменную окружения ${name}`,
  notEncrypted: 'без https секрет и пароль отправляются только на этот компьютер',
  noAnswer: (api: string) => `${api} не отвечает`,
  unexpected: 'неожиданный ответ; проверьте адрес в --api',
  refusedHint: 'Секрет работает один раз. Для ещё одного владельца или нового пароля задайте новый секрет.',
  weakHint: 'Нужно от 12 до 128 символов, не меньше 5 разных, без имени из e-mail.',
  done: (email: string, id: number) => `✓ ${email} — владелец (администратор ${id}).`,
  logIn: 'Войти:',
  remove: 'Секрет использован и больше не действует; уберите его из настроек:',
}

const en: typeof ru = {
  secret: 'Secret (ADMIN_BOOTSTRAP_SECRET): ',
  password: "The owner's password: ",
  again: 'The password again: ',
  different: 'the passwords differ',
  secretFrom: (place) => `The secret comes from ${place}`,
  noTerminal: (name) => `no terminal to ask on: set the environment variable ${name}`,
  notEncrypted: 'without https the secret and the password are sent to this computer only',
  noAnswer: (api) => `${api} does not answer`,
  unexpected: 'unexpected answer; check the address in --api',
  refusedHint: 'A secret works once. For another owner, or a new password, set a new secret.',
  weakHint: '12 to 128 characters, at least 5 different ones, without the name in the e-mail address.',
  done: (email, id) => `✓ ${email} is an owner (administrator ${id}).`,
  logIn: 'Sign in:',
  remove: 'The secret is used up and works no more; take it out of the settings:',
}

const TEXTS: Readonly<Record<Language, typeof ru>> = { ru, en }
const HINTS: Readonly<Record<string, (t: typeof ru) => string>> = {
  bootstrap_refused: (t) => t.refusedHint,
  weak_password: (t) => t.weakHint,
}

const problemSchema = z.object({ code: z.string(), detail: z.string() })
const adminSchema = z.object({ id: z.int(), email: z.string() })

try {
  await createOwner()
} catch (error) {
  console.error(`✗ ${messageOf(error)}`)
  process.exitCode = 1
}

async function createOwner(): Promise<void> {
  const { values } = parseArgs({
    options: {
      api: { type: 'string', default: USUAL_API },
      email: { type: 'string' },
      name: { type: 'string' },
      lang: { type: 'string', default: 'ru' },
    },
  })
  const { email, name } = values
  if (!email || !name) throw new Error(USAGE)
  const language = readLanguage(values.lang)
  const t = TEXTS[language]
  const api = new URL(values.api)
  const local = isLocal(api)
  if (api.protocol !== 'https:' && !local) throw new Error(t.notEncrypted)

  const secret = findSecret(api, t) ?? (await ask('ADMIN_BOOTSTRAP_SECRET', [t.secret], t))
  const password = process.env.ADMIN_PASSWORD || (await ask('ADMIN_PASSWORD', [t.password, t.again], t))
  const admin = await bootstrap(api, { secret, email, name, password }, language)

  const login = new URL('/api/v1/admin/login', api).href
  console.log(t.done(admin.email, admin.id))
  console.log(`\n${t.logIn}`)
  // Typed by the person: a password in a command stays in the shell's history.
  console.log(`  read -rs PASSWORD && curl -s ${login} -H 'content-type: application/json' \\
    -d '{"email":"${admin.email}","password":"'"$PASSWORD"'","session":"bearer"}'`)
  if (!local) console.log(`\n${t.remove}\n  npx wrangler secret delete ADMIN_BOOTSTRAP_SECRET`)
}

/** A secret of this computer's files is for this computer's Worker; another one is asked for. */
function findSecret(api: URL, t: typeof ru): string | undefined {
  const places = [
    { name: 'ADMIN_BOOTSTRAP_SECRET', vars: process.env },
    ...(api.origin === DEV_API ? [{ name: 'npm run dev', vars: readVars(DEV_VARS) }] : []),
    ...(api.origin !== DEV_API && isLocal(api)
      ? [{ name: '.dev.vars', vars: readVars(join(PROJECT, '.dev.vars')) }]
      : []),
  ]
  const found = places.find(({ vars }) => vars.ADMIN_BOOTSTRAP_SECRET)
  // Told on the side, because a wrong one is refused without a word why.
  if (found) console.error(t.secretFrom(found.name))
  return found?.vars.ADMIN_BOOTSTRAP_SECRET
}

/** Asks on the terminal; several questions must get the same answer. */
async function ask(variable: string, questions: readonly string[], t: typeof ru): Promise<string> {
  if (!process.stdin.isTTY) throw new Error(t.noTerminal(variable))
  const answers: string[] = []
  for (const question of questions) answers.push(await askSecret(question))
  const [answer = ''] = answers
  if (answers.some((other) => other !== answer)) throw new Error(t.different)
  return answer
}

async function bootstrap(
  api: URL,
  body: { secret: string; email: string; name: string; password: string },
  language: Language,
): Promise<z.infer<typeof adminSchema>> {
  const t = TEXTS[language]
  const response = await fetch(new URL('/api/v1/admin/bootstrap', api), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language },
    body: JSON.stringify(body),
    // A redirect would carry the secret elsewhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(t.noAnswer(api.origin), { cause: error })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  const made = response.status === 201 ? adminSchema.safeParse(answer) : undefined
  if (made?.success) return made.data
  const problem = problemSchema.safeParse(answer)
  if (!problem.success) throw new Error(`${response.status}: ${t.unexpected}`)
  const { code, detail } = problem.data
  throw new Error([`${detail} (${code})`, HINTS[code]?.(t)].filter(Boolean).join('\n'))
}
