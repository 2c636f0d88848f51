import type { Context } from './context.ts'
import { durationOf } from './records.ts'
import type { Service, Slot, Staff } from './state.ts'
import { weekday } from './time.ts'

export interface FreeTime {
  staffId: number
  startsAt: number
  seanceLength: number
}

export const scheduleOn = (staff: Staff, day: string): Slot[] => staff.days.get(day) ?? staff.week[weekday(day)] ?? []

export interface Stretch {
  startsAt: number
  seanceLength: number
}

export const overlap = (a: Stretch, b: Stretch) =>
  a.startsAt < b.startsAt + b.seanceLength * 1000 && b.startsAt < a.startsAt + a.seanceLength * 1000

/** What stands in this person's way on a day. */
function takenOn(ctx: Context, staffId: number, day: string, except?: number): (Stretch & { id: number })[] {
  const taken = []
  for (const record of ctx.salon.records.values()) {
    if (record.staffId !== staffId || record.deleted || record.id === except) continue
    if (ctx.clock.day(record.startsAt) === day) taken.push(record)
  }
  return taken
}

export const busyIntervals = (ctx: Context, staffId: number, day: string) =>
  takenOn(ctx, staffId, day).sort((a, b) => a.startsAt - b.startsAt)

/** Whether the person works and has no other record during the whole stretch. */
export function isFree(ctx: Context, staff: Staff, stretch: Stretch, exceptRecord?: number): boolean {
  const day = ctx.clock.day(stretch.startsAt)
  const works = scheduleOn(staff, day).some(
    ({ from, to }) =>
      ctx.clock.at(day, from) <= stretch.startsAt &&
      stretch.startsAt + stretch.seanceLength * 1000 <= ctx.clock.at(day, to),
  )
  return works && !takenOn(ctx, staff.id, day, exceptRecord).some((other) => overlap(stretch, other))
}

const does = (service: Service | undefined, staffId: number) => service?.staff.some(({ id }) => id === staffId) ?? false

/** Who can be booked online for all these services together. */
export const bookableStaff = (ctx: Context, serviceIds: number[], staffId = 0): Staff[] =>
  [...ctx.salon.staff.values()].filter(
    (staff) =>
      (staffId === 0 || staff.id === staffId) &&
      !staff.hidden &&
      !staff.fired &&
      serviceIds.every((id) => ctx.salon.services.get(id)?.active && does(ctx.salon.services.get(id), staff.id)),
  )

/** Free starts on a day, earliest first; with any staff the first free person stands for each time. */
export function freeTimes(ctx: Context, staffId: number, day: string, serviceIds: number[]): FreeTime[] {
  const step = Math.max(5, ctx.knobs.slotStepMinutes) * 60_000
  const times = new Map<number, FreeTime>()
  for (const staff of bookableStaff(ctx, serviceIds, staffId)) {
    // Without services the page asks for an hour.
    const seanceLength =
      serviceIds.length > 0
        ? durationOf(
            ctx,
            serviceIds.map((id) => ({ id })),
            staff.id,
          )
        : 3600
    const taken = takenOn(ctx, staff.id, day)
    for (const slot of scheduleOn(staff, day)) {
      const end = ctx.clock.at(day, slot.to) - seanceLength * 1000
      for (let startsAt = ctx.clock.at(day, slot.from); startsAt <= end; startsAt += step) {
        const stretch = { startsAt, seanceLength }
        if (startsAt <= ctx.clock.now() || times.has(startsAt)) continue
        if (!taken.some((other) => overlap(stretch, other))) times.set(startsAt, { staffId: staff.id, ...stretch })
      }
    }
  }
  return [...times.values()].sort((a, b) => a.startsAt - b.startsAt)
}
