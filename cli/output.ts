import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Colours where a person looks on: `styleText` itself leaves them out of pipes and where NO_COLOR asks for it. */
export const paint = (style: Style, text: string): string => styleText(style, text)

export const MARKS = { ok: '✓', attention: '!', red: '✗' } as const
const STYLES = { ok: 'green', attention: 'yellow', red: 'red' } as const

export const mark = (status: keyof typeof MARKS): string => paint(STYLES[status], MARKS[status])

export type Cell = string | number | null | undefined

/** Columns as wide as their widest cell; numbers to the right, texts to the left. The first row is the head. */
export function table(rows: readonly (readonly Cell[])[]): string {
  const text = (cell: Cell) => (cell === null || cell === undefined ? '' : clean(String(cell)))
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => lengthOf(text(row[column])))),
  )
  const lines = rows.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column]
        const gap = ' '.repeat(width - lengthOf(text(cell)))
        return typeof cell === 'number' ? gap + text(cell) : text(cell) + gap
      })
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line, index) => (index === 0 ? paint('bold', line) : line)).join('\n')
}

/** Characters that a terminal would obey, or that break a line, come from clients' names and comments, too. */
const clean = (text: string) => stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, ' ')

const lengthOf = (text: string) => [...text].length
