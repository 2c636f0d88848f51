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

/** "3 trips, 6 statements, 2,612 read, 751 written, 1 message": rows as D1 bills them, and without what nobody asked for. */
export function costText(cost: Cost): string {
  return [
    count(cost.roundTrips, 'trip'),
    count(cost.statements, 'statement'),
    `${whole(cost.rowsRead)} read`,
    `${whole(cost.rowsWritten)} written`,
    ...(cost.messages > 0 ? [count(cost.messages, 'message')] : []),
    ...(cost.objectCalls > 0 ? [count(cost.objectCalls, 'object call')] : []),
  ].join(', ')
}

const count = (value: number, noun: string) => `${whole(value)} ${noun}${value === 1 ? '' : 's'}`
