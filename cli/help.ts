import type { Command } from './command.ts'
import type { Language } from './language.ts'
import { paint } from './output.ts'
import { GLOBAL } from './parse.ts'
import { TEXTS } from './texts.ts'

const NPM = 'npm run spa --'

/** Everything there is, a line each. */
export function helpForAll(commands: readonly Command[], language: Language): string {
  const t = TEXTS[language]
  return [
    `${t.usage}: ${NPM} ${paint('bold', 'COMMAND')} [--api URL] [--json] [--lang ru|en]`,
    '',
    paint('bold', t.commands),
    ...aligned(commands.map((command) => [nameOf(command), command.summary[language]])),
    '',
    paint('bold', t.everywhere),
    ...aligned(optionsIn(GLOBAL, language)),
    '',
    t.moreHelp,
    t.exitCodes,
  ].join('\n')
}

export function helpFor(command: Command, language: Language): string {
  const t = TEXTS[language]
  const own = optionsIn(command.options, language)
  return [
    command.summary[language],
    '',
    `${t.usage}: ${NPM} ${paint('bold', nameOf(command))}${own.length > 0 ? ' […]' : ''}`,
    ...(own.length > 0 ? ['', paint('bold', t.options), ...aligned(own)] : []),
    '',
    paint('bold', t.everywhere),
    ...aligned(optionsIn(GLOBAL, language)),
    '',
    paint('bold', t.example),
    `  ${NPM} ${command.example}`,
  ].join('\n')
}

const nameOf = ({ name, args = [] }: Command) => [name, ...args].join(' ')

const optionsIn = (options: Command['options'], language: Language): [string, string][] =>
  Object.entries(options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help[language],
  ])

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
