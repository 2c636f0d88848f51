/** Working hours of a day, in minutes since the branch's midnight; beyond 1440 they end on the next day. */
export interface DayInterval {
  readonly fromMinute: number
  readonly toMinute: number
}

/** The hours of a stored day. Pure. */
export function parseIntervals(stored: string): readonly DayInterval[] {
  // Only this room writes the column, and the database checks that it is a list.
  return JSON.parse(stored) as DayInterval[]
}
