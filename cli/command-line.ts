import { USUAL_API } from '../dev/local/address.ts'
import { Refused } from './api.ts'
import { createCli } from './cli.ts'
import { COMMANDS } from './commands.ts'
import { CliError, EXIT, type ExitCode } from './exit.ts'
import { helpFor, helpForAll } from './help.ts'
import { languageOf, systemLocale } from './language.ts'
import { paint } from './output.ts'
import { findCommand, type Parsed, parseCommandLine } from './parse.ts'
import type { Terminal } from './terminal.ts'
import { TEXTS, type Texts } from './texts.ts'

/** Understands a command line, runs its command, and says what the process ends with. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { env } = terminal
  const found = findCommand(COMMANDS, words)
  const usual = languageOf(languageIn(words), systemLocale(env)) ?? languageOf(undefined, systemLocale(env)) ?? 'ru'
  let parsed: Parsed
  try {
    parsed = parseCommandLine(found?.command, found?.rest ?? words)
  } catch (error) {
    const hint = found ? TEXTS[usual].wrongArguments(found.command.name) : TEXTS[usual].unknownCommand(words.join(' '))
    return fail(terminal, `${sayOption(error, TEXTS[usual])}\n${hint}`, words.includes('--json'))
  }
  const { values, args } = parsed
  const json = values.json === true
  const language = languageOf(textOf(values.lang), systemLocale(env))
  if (!language) return fail(terminal, TEXTS[usual].wrongLanguage, json)
  const t = TEXTS[language]
  if (values.help === true) {
    terminal.out(found ? helpFor(found.command, language) : helpForAll(COMMANDS, language))
    return EXIT.fine
  }
  if (!found) {
    const under = COMMANDS.filter(({ name }) => args.length === 1 && name.startsWith(`${args[0]} `))
    if (args.length > 0 && under.length === 0) return fail(terminal, t.unknownCommand(args.join(' ')), json)
    terminal.err(helpForAll(under.length > 0 ? under : COMMANDS, language))
    return EXIT.usage
  }
  const api = textOf(values.api) || env.SPA_API || USUAL_API
  if (!URL.canParse(api)) return fail(terminal, t.wrongApi(api), json)
  const { command } = found
  const wanted = command.args ?? []
  const missing = wanted[args.length]
  const extra = args[wanted.length]
  if (missing !== undefined || extra !== undefined) {
    const said = missing === undefined ? t.extraArgument(extra ?? '') : t.missingArgument(missing)
    return fail(terminal, `${said}\n${t.wrongArguments(command.name)}`, json)
  }
  try {
    return await command.run(createCli({ url: new URL(api), language, json, terminal }), values, args)
  } catch (error) {
    // Anything else is a mistake of ours, and its trace is what helps to find it.
    if (!(error instanceof CliError)) throw error
    return fail(terminal, error.message, json, error)
  }
}

/** What `--lang` says, where the rest of the words cannot be understood. */
function languageIn(words: readonly string[]): string | undefined {
  const at = words.indexOf('--lang')
  return at < 0 ? words.find((word) => word.startsWith('--lang='))?.slice('--lang='.length) : words[at + 1]
}

/** Which option is wrong; node names it in quotes. */
function sayOption(error: unknown, t: Texts): string {
  const message = error instanceof Error ? error.message : String(error)
  const [, option = message] = /'(-[^' ]+)/.exec(message) ?? []
  return message.startsWith('Unknown option') ? t.unknownOption(option) : t.optionNeedsValue(option)
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function fail({ out, err }: Terminal, message: string, json: boolean, error?: CliError): ExitCode {
  err(`${paint('red', '✗')} ${message}`)
  if (json) {
    const code = error instanceof Refused ? error.problem.code : undefined
    out(JSON.stringify({ error: { message, ...(code !== undefined && { code }) } }))
  }
  return error?.exitCode ?? EXIT.usage
}
