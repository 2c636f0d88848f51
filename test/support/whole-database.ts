import { rows } from './salon.ts'

/** How one person may be named. Phones are given by their last ten digits. */
export interface Traces {
  readonly words: readonly string[]
  readonly phone: string
}

/**
 * Where in the whole database the person stands: "table.column: word" for every column of every table, in any case, also in
 * JSON that escapes Cyrillic, phones in any spelling.
 */
export async function tracesOf({ words, phone }: Traces): Promise<string[]> {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not glob 'sqlite_*' and name not glob '_cf_*'",
  )
  const found = new Set<string>()
  for (const { name } of tables) {
    for (const stored of await rows(`select * from "${name}"`)) {
      for (const [column, value] of Object.entries(stored)) {
        const text = unescaped(String(value)).toLowerCase()
        for (const word of words) if (text.includes(word.toLowerCase())) found.add(`${name}.${column}: ${word}`)
        if (text.replace(/[^\d\p{L}",:]/gu, '').includes(phone)) found.add(`${name}.${column}: phone`)
      }
    }
  }
  return [...found].sort()
}

/** Twice, for JSON inside JSON. */
const unescaped = (text: string) => unescapedOnce(unescapedOnce(text))
const unescapedOnce = (text: string) =>
  text.replace(/\\+u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
