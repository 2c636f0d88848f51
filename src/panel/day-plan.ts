import type { DayVisit } from '../booking/list-day.ts'
import { HOUR_MS } from '../platform/time.ts'

export interface Block {
  readonly visit: DayVisit
  /** Of several at once, which line of the master's row. */
  readonly lane: number
  /** Overlaps another visit of the same master. */
  readonly clashes: boolean
}

export interface MasterRow {
  readonly staffId: number | null
  readonly name: string | null
  readonly lanes: number
  readonly blocks: readonly Block[]
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** The visits of a day (in the order of master and time), arranged for drawing: a row for each master. Pure. */
export function arrange(visits: readonly DayVisit[]): MasterRow[] {
  const byMaster = Map.groupBy(visits, ({ staffId }) => staffId)
  return [...byMaster.values()].map((own) => {
    const laneEnds: number[] = []
    const blocks = own.map((visit) => {
      const free = laneEnds.findIndex((end) => end <= visit.startsAt)
      const lane = free === -1 ? laneEnds.length : free
      laneEnds[lane] = visit.endsAt
      return { visit, lane, clashes: own.some((other) => other !== visit && overlap(visit, other)) }
    })
    return { staffId: own[0]?.staffId ?? null, name: own[0]?.staffName ?? null, lanes: laneEnds.length, blocks }
  })
}

const overlap = (a: DayVisit, b: DayVisit) =>
  a.status !== 'no_show' && b.status !== 'no_show' && a.startsAt < b.endsAt && b.startsAt < a.endsAt

/** The hours to draw: those of the working day, and more where there is a visit earlier or later. Pure. */
export function hoursOf(usual: Span, visits: readonly DayVisit[]): Span {
  const from = Math.min(usual.from, ...visits.map(({ startsAt }) => startsAt))
  const to = Math.max(usual.to, ...visits.map(({ endsAt }) => endsAt))
  const span = Math.ceil((to - usual.from) / HOUR_MS) * HOUR_MS
  // A master's week away must not squeeze the day into a line.
  const latest = usual.from + Math.min(span, 18 * HOUR_MS)
  return { from: usual.from - Math.ceil((usual.from - from) / HOUR_MS) * HOUR_MS, to: latest }
}
