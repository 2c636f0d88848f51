import { HOUR_MS } from '../platform/time.ts'
import { clock } from './dates.ts'
import type { MasterRow, Span } from './day-plan.ts'

const LEFT = 140
const WIDTH = 1100
const TOP = 24
const LANE = 30
const GAP = 8
/** Of the widest usual font. */
const CHARACTER = 7.4

export interface TimelineView {
  readonly rows: readonly MasterRow[]
  readonly hours: Span
  readonly now: number
  readonly zone: string
  readonly label: string
  readonly nobody: string
}

/** A day drawn by master. The table beside it says the same in words, so it needs no more than a name itself. */
export const Timeline = ({ rows, hours, now, zone, label, nobody }: TimelineView) => {
  const x = (at: number) => {
    const share = (Math.min(Math.max(at, hours.from), hours.to) - hours.from) / (hours.to - hours.from)
    return Math.round(LEFT + share * (WIDTH - LEFT))
  }
  const tops = rows.map(
    (_, index) => TOP + rows.slice(0, index).reduce((sum, { lanes }) => sum + lanes * LANE + GAP, 0),
  )
  const height = TOP + rows.reduce((sum, { lanes }) => sum + lanes * LANE + GAP, 0)
  const marks = Array.from(
    { length: Math.round((hours.to - hours.from) / HOUR_MS) + 1 },
    (_, i) => hours.from + i * HOUR_MS,
  )
  return (
    <svg class="timeline" viewBox={`0 0 ${WIDTH + 20} ${height}`} role="img" aria-label={label}>
      {marks.map((at) => (
        <>
          <line class="grid" x1={x(at)} x2={x(at)} y1={TOP - 6} y2={height} />
          <text class="hour" x={x(at)} y="12" text-anchor="middle">
            {clock(at, zone)}
          </text>
        </>
      ))}
      {rows.map(({ name, blocks }, row) => (
        <>
          <text x="0" y={(tops[row] ?? 0) + 19}>
            {cut(name ?? nobody, LEFT - 10)}
          </text>
          {blocks.map(({ visit, lane, clashes }) => {
            const [left, right, y] = [x(visit.startsAt), x(visit.endsAt), (tops[row] ?? 0) + lane * LANE]
            const kind = [visit.status, visit.source, visit.holdExpiresAt && 'hold', clashes && 'clash']
            const width = Math.max(right - left, 4)
            return (
              <g class={kind.filter(Boolean).join(' ')}>
                <rect x={left} y={y} width={width} height={LANE - 4} rx="4" />
                <text x={left + 4} y={y + 17}>
                  {cut(visit.clientName ?? visit.serviceName, width - 6)}
                </text>
              </g>
            )
          })}
        </>
      ))}
      {now > hours.from && now < hours.to && <line class="now" x1={x(now)} x2={x(now)} y1={TOP - 6} y2={height} />}
    </svg>
  )
}

const cut = (text: string, width: number) => {
  const most = Math.floor(width / CHARACTER)
  return text.length <= most ? text : most < 2 ? '' : `${text.slice(0, most - 1)}…`
}
