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
import { TEXTS } from './texts.ts'

/** Understands a command line, runs its command, and says what the process ends with. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { env } = terminal
  const found = findCommand(COMMANDS, words)
  const usual = languageOf(undefined, systemLocale(env)) ?? 'ru'
  let parsed: Parsed
  try {
    parsed = parseCommandLine(found?.command, found?.rest ?? words)
  } catch (error) {
    const hint = found ? TEXTS[usual].wrongArguments(found.command.name) : TEXTS[usual].unknownCommand(words.join(' '))
    return fail(
      terminal,
      `${error instanceof Error ? error.message : String(error)}\n${hint}`,
      words.includes('--json'),
    )
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
    if (args.length > 0) return fail(terminal, t.unknownCommand(args.join(' ')), json)
    terminal.err(helpForAll(COMMANDS, language))
    return EXIT.usage
  }
  const api = textOf(values.api) || env.SPA_API || USUAL_API
  if (!URL.canParse(api)) return fail(terminal, t.wrongApi(api), json)
  const { command } = found
  if (args.length !== (command.args?.length ?? 0)) return fail(terminal, t.wrongArguments(command.name), json)
  try {
    return await command.run(createCli({ url: new URL(api), language, json, terminal }), values, args)
  } catch (error) {
    // Anything else is a mistake of ours, and its trace is what helps to find it.
    if (!(error instanceof CliError)) throw error
    return fail(terminal, error.message, json, error)
  }
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
