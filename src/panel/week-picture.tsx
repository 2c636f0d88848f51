import type { DayHours } from '../catalog/week-rules.ts'

const LEFT = 40
const HOUR = 40
const ROW = 26
const TOP = 20
const LAST_HOUR = 24

/** A week drawn, a line for each day. The form beside it says the same in words, so it needs no more than a name itself. */
export const WeekPicture = ({
  week,
  days,
  label,
}: {
  week: readonly DayHours[]
  days: readonly string[]
  label: string
}) => {
  const x = (minute: number) => LEFT + Math.round((Math.min(minute, LAST_HOUR * 60) / 60) * HOUR)
  const height = TOP + days.length * ROW
  const marks = Array.from({ length: LAST_HOUR / 2 + 1 }, (_, index) => index * 2)
  return (
    <svg class="timeline week" viewBox={`0 0 ${x(LAST_HOUR * 60) + 20} ${height}`} role="img" aria-label={label}>
      {marks.map((hour) => (
        <>
          <line class="grid" x1={x(hour * 60)} x2={x(hour * 60)} y1={TOP - 4} y2={height} />
          <text class="hour" x={x(hour * 60)} y="12" text-anchor="middle">
            {hour}
          </text>
        </>
      ))}
      {days.map((name, day) => (
        <text x="0" y={TOP + day * ROW + 16}>
          {name}
        </text>
      ))}
      {week.flatMap(piecesOf).map(({ day, from, to, kind }) => (
        <g class={kind}>
          <rect x={x(from)} y={TOP + day * ROW + 2} width={Math.max(x(to) - x(from), 1)} height={ROW - 6} rx="3" />
        </g>
      ))}
    </svg>
  )
}

interface Piece {
  readonly day: number
  readonly from: number
  readonly to: number
  readonly kind: 'work' | 'break'
}

/** What goes on after midnight belongs to the next line. */
function piecesOf({ dayOfWeek, startMinute, endMinute, breakStartMinute, breakEndMinute }: DayHours): Piece[] {
  const midnight = LAST_HOUR * 60
  const split = (from: number, to: number, kind: Piece['kind']): Piece[] => [
    ...(from < midnight ? [{ day: dayOfWeek, from, to: Math.min(to, midnight), kind }] : []),
    ...(to > midnight
      ? [{ day: (dayOfWeek + 1) % 7, from: Math.max(from, midnight) - midnight, to: to - midnight, kind }]
      : []),
  ]
  return [
    ...split(startMinute, endMinute, 'work'),
    ...(breakStartMinute === null || breakEndMinute === null ? [] : split(breakStartMinute, breakEndMinute, 'break')),
  ]
}
