import type { Cost } from './answers.ts'

export interface Row {
  readonly operation: string
  readonly figure: string
  readonly target?: string
  /** Absent where nothing was promised. */
  readonly met?: boolean
  /** Counted, not timed: the same on every machine. */
  readonly deterministic: boolean
}

export function printTable(title: string, rows: readonly Row[]): void {
  const cells = [
    ['operation', 'measured', 'target', ''],
    ...rows.map(({ operation, figure, target, met }) => [
      operation,
      figure,
      target ?? '',
      met === undefined ? '' : met ? '✓' : '✗',
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  const draw = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  const [head, ...body] = cells
  console.log(`\n${title}\n`)
  console.log(draw(head ?? []).trimEnd())
  console.log(widths.map((width) => '─'.repeat(width)).join('  '))
  for (const line of body) console.log(draw(line).trimEnd())
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
export const whole = (value: number): string => grouped.format(value)

/** "2 trips, 6 statements, 402 rows read, 0 written, 0 messages, 1 object call" without what nobody asks. */
export function costText(cost: Cost): string {
  const parts = [
    count(cost.roundTrips, 'round trip'),
    count(cost.statements, 'statement'),
    `rows ${whole(cost.rowsRead)} read`,
    `${whole(cost.rowsWritten)} written`,
  ]
  if (cost.messages > 0) parts.push(count(cost.messages, 'message'))
  if (cost.objectCalls > 0) parts.push(count(cost.objectCalls, 'object call'))
  return parts.join(', ')
}

const count = (value: number, noun: string) => `${whole(value)} ${noun}${value === 1 ? '' : 's'}`
