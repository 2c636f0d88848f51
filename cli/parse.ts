import { parseArgs } from 'node:util'
import type { Command, Option } from './command.ts'

/** Options that every command understands. */
export const GLOBAL: Readonly<Record<string, Option>> = {
  api: {
    type: 'string',
    value: 'URL',
    help: { ru: 'адрес Worker; или переменная SPA_API', en: 'address of the Worker; or the variable SPA_API' },
  },
  json: { type: 'boolean', help: { ru: 'ответ для программ', en: 'an answer for programs' } },
  lang: { type: 'string', value: 'ru|en', help: { ru: 'язык', en: 'language' } },
  help: { type: 'boolean', help: { ru: 'эта справка', en: 'this help' } },
}

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly args: readonly string[]
}

/** Throws what node says of wrong options. Booleans that are not given are false. */
export function parseCommandLine(command: Command | undefined, words: readonly string[]): Parsed {
  const known = { ...GLOBAL, ...command?.options }
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [
      name,
      { type, ...(name === 'help' && { short: 'h' }), ...(type === 'boolean' && { default: false }) },
    ]),
  )
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
  return { values, args: positionals }
}

/** The command that the words begin with, the longest name first, and what follows it. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; rest: readonly string[] } | undefined {
  // Options may stand before the command: `spa --json doctor`.
  const start = words.findIndex((word, index) => !word.startsWith('-') && !takesValue(words[index - 1]))
  if (start < 0) return undefined
  for (const length of [2, 1]) {
    const name = words.slice(start, start + length).join(' ')
    const command = commands.find((each) => each.name === name)
    if (command) return { command, rest: [...words.slice(0, start), ...words.slice(start + length)] }
  }
  return undefined
}

const takesValue = (word: string | undefined): boolean =>
  GLOBAL[word?.startsWith('--') ? word.slice(2) : '']?.type === 'string'
