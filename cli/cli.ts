import { DEV_API } from '../dev/local/address.ts'
import { DEV_VARS, readVars } from '../dev/local/settings.ts'
import { signInOwner } from '../dev/local/sign-in.ts'
import { type Api, createApi } from './api.ts'
import { type Asking, createAsking } from './ask.ts'
import type { Language, Said } from './language.ts'
import { openSessions, type Sessions } from './sessions.ts'
import type { Terminal } from './terminal.ts'
import { TEXTS, type Texts } from './texts.ts'
import { configDir } from './where.ts'

/** What a command works with. */
export interface Cli {
  readonly api: Api
  readonly sessions: Sessions
  readonly ask: Asking
  readonly language: Language
  readonly t: Texts
  readonly json: boolean
  /** One of two texts. */
  say(said: Said): string
  readonly terminal: Terminal
  /** For the person: with --json it goes to stderr. */
  print(text: string): void
  /** The result: as JSON if asked for, else in words. */
  result(value: unknown, inWords: () => string): void
}

export function createCli(given: { url: URL; language: Language; json: boolean; terminal: Terminal }): Cli {
  const { url, language, json, terminal } = given
  const { env } = terminal
  const t = TEXTS[language]
  const sessions = openSessions(configDir(env, process.platform))
  let token: Promise<string | undefined> | undefined
  const findToken = async () => env.SPA_ADMIN_TOKEN || sessions.of(url.origin)?.token || (await localOwner(url.origin))
  const print = json ? terminal.err : terminal.out
  return {
    api: createApi(
      url,
      () => {
        token ??= findToken()
        return token
      },
      language,
      t,
    ),
    sessions,
    ask: createAsking(terminal, t),
    language,
    t,
    json,
    terminal,
    say: (said) => said[language],
    print,
    result(value, inWords) {
      if (json) terminal.out(JSON.stringify(value))
      else print(inWords())
    },
  }
}

/** `npm run dev` lets its own owner in. */
const localOwner = async (origin: string): Promise<string | undefined> =>
  origin === DEV_API ? await signInOwner(origin, readVars(DEV_VARS).ADMIN_BOOTSTRAP_SECRET ?? '') : undefined
