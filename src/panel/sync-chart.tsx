import type { SyncDay } from '../yclients/list-sync-days.ts'

const LEFT = 44
const WIDTH = 900
const BARS = 180
const TOP = 16
const GAP = 34
const LINE = 60
const HEIGHT = TOP + BARS + GAP + LINE + 22

/** In the order of the bars of a day. */
export const SERIES = ['created', 'updated', 'unmatched', 'missed'] as const
export type Series = (typeof SERIES)[number]

export const countsOf = (day: SyncDay): Readonly<Record<Series, number>> => ({
  created: day.created,
  updated: day.updated,
  unmatched: day.unmatched,
  missed: day.missedByWebhooks,
})

export interface SyncChartView {
  readonly days: readonly SyncDay[]
  readonly label: string
  readonly durationLabel: string
}

/**
 * Runs by day: four bars each, and below how long a run took. The first import has thousands and other days a few, so heights
 * grow with the logarithm. The table beside it says the same in numbers.
 */
export const SyncChart = ({ days, label, durationLabel }: SyncChartView) => {
  const most = Math.max(1, ...days.flatMap((day) => Object.values(countsOf(day))))
  const longest = Math.max(1, ...days.map(({ averageMs }) => averageMs ?? 0))
  const step = (WIDTH - LEFT) / days.length
  const bar = Math.max(1, Math.floor(step / (SERIES.length + 1)))
  const left = (index: number) => Math.round(LEFT + index * step)
  const heightOf = (count: number) => Math.round((Math.log1p(count) / Math.log1p(most)) * BARS)
  const bottom = TOP + BARS
  const base = bottom + GAP + LINE
  const points = days.flatMap(({ averageMs }, index) =>
    averageMs === null
      ? []
      : [{ x: left(index) + Math.round(step / 2), y: base - Math.round((averageMs / longest) * LINE) }],
  )
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {marksUpTo(most).map((mark) => (
        <>
          <line class="grid" x1={LEFT} x2={WIDTH} y1={bottom - heightOf(mark)} y2={bottom - heightOf(mark)} />
          <text x={LEFT - 6} y={bottom - heightOf(mark) + 4} text-anchor="end">
            {mark}
          </text>
        </>
      ))}
      {days.map((day, index) => {
        const counts = countsOf(day)
        return SERIES.map(
          (series, place) =>
            counts[series] > 0 && (
              <rect
                class={series}
                x={left(index) + place * bar}
                y={bottom - heightOf(counts[series])}
                width={bar}
                height={heightOf(counts[series])}
              />
            ),
        )
      })}
      <text x={LEFT} y={bottom + GAP - 8}>
        {durationLabel}
      </text>
      <line class="grid" x1={LEFT} x2={WIDTH} y1={base} y2={base} />
      <text x={LEFT - 6} y={base - LINE + 4} text-anchor="end">
        {Math.round(longest / 100) / 10}
      </text>
      {points.length > 1 && <polyline class="duration" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />}
      {points.map(({ x, y }) => (
        <circle class="duration" cx={x} cy={y} r={3} />
      ))}
      {days.map(
        ({ day }, index) =>
          index % 5 === 0 && (
            <text x={left(index)} y={HEIGHT - 4}>
              {`${day.slice(8, 10)}.${day.slice(5, 7)}`}
            </text>
          ),
      )}
    </svg>
  )
}

/** 0, 1, 10, 100 … */
const marksUpTo = (most: number): number[] => {
  const marks = [0]
  for (let mark = 1; mark <= most; mark *= 10) marks.push(mark)
  return marks
}
