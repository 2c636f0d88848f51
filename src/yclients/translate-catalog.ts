import type { DayInterval } from '../catalog/day-intervals.ts'
import { rublesToKopecks } from '../platform/money.ts'
import { cleanText } from '../platform/text.ts'
import { wireRecordNumber } from './wire.ts'
import { type WireService, wireCategory, wireService, wireStaff, wireStaffDay, wireStaffDayOf } from './wire-catalog.ts'

export interface ImportedCategory {
  readonly yclientsId: number
  readonly name: string
  readonly position: number
}

export interface ImportedService {
  readonly yclientsId: number
  readonly name: string
  readonly priceKopecks: number
  readonly durationMinutes: number
  readonly description: string
  readonly active: boolean
  readonly yclientsCategoryId: number | null
  /** Null where a master's price or time is that of the service. */
  readonly masters: readonly {
    readonly yclientsStaffId: number
    readonly priceKopecks: number | null
    readonly durationMinutes: number | null
  }[]
}

export interface ImportedStaff {
  readonly yclientsId: number
  readonly name: string
  readonly specialization: string
  readonly active: boolean
}

/** A list as far as it can be read. */
export interface Imported<T> {
  readonly items: readonly T[]
  readonly unreadable: number
  /** Everything the list has, also what cannot be read; undefined if that is not known, so nothing counts as missing. */
  readonly ids: ReadonlySet<number> | undefined
}

/** Reads each item by itself: an odd one must not hide the others, nor count as deleted. Pure, like all here. */
function readList<T>(raw: readonly unknown[], read: (item: unknown) => T | undefined): Imported<T> {
  const items: T[] = []
  const ids = new Set<number>()
  let unreadable = 0
  let isComplete = raw.length > 0
  for (const each of raw) {
    const item = read(each)
    if (item === undefined) unreadable++
    else items.push(item)
    const numbered = wireRecordNumber.safeParse(each)
    if (numbered.success) ids.add(numbered.data.id)
    else isComplete = false
  }
  return { items, unreadable, ids: isComplete ? ids : undefined }
}

export const readCategories = (raw: readonly unknown[]): Imported<ImportedCategory> =>
  readList(raw, (each) => {
    const { success, data } = wireCategory.safeParse(each)
    if (!success) return undefined
    // Heavier ones come first.
    return { yclientsId: data.id, name: cleanText(data.title, 120) ?? 'Услуги', position: 0 - (data.weight ?? 0) }
  })

export const readServices = (raw: readonly unknown[]): Imported<ImportedService> =>
  readList(raw, (each) => {
    const { success, data } = wireService.safeParse(each)
    const priceKopecks = success ? rublesToKopecks(data.price_min ?? 0) : undefined
    if (!success || priceKopecks === undefined) return undefined
    const durationMinutes = durationOf(data)
    return {
      yclientsId: data.id,
      name: cleanText(data.booking_title, 120) ?? cleanText(data.title, 120) ?? 'Услуга',
      priceKopecks,
      durationMinutes,
      description: cleanText(data.comment, 4000) ?? '',
      active: data.active ?? true,
      yclientsCategoryId: data.category_id || null,
      masters: mastersOf(data, { priceKopecks, durationMinutes }),
    }
  })

const DEFAULT_MINUTES = 60

const minutesOf = (seconds: number | null | undefined) =>
  seconds && seconds > 0 ? Math.min(1440, Math.max(1, Math.round(seconds / 60))) : undefined

/** Older answers have no duration of the service, only those of its masters. */
const durationOf = ({ duration, staff }: WireService) =>
  minutesOf(duration) ?? (staff ?? []).map((master) => minutesOf(master.seance_length)).find(Boolean) ?? DEFAULT_MINUTES

function mastersOf({ staff }: WireService, own: { priceKopecks: number; durationMinutes: number }) {
  const masters = new Map<number, ImportedService['masters'][number]>()
  for (const { id, price, seance_length } of staff ?? []) {
    const priceKopecks = price == null ? own.priceKopecks : (rublesToKopecks(price) ?? own.priceKopecks)
    const durationMinutes = minutesOf(seance_length) ?? own.durationMinutes
    masters.set(id, {
      yclientsStaffId: id,
      priceKopecks: priceKopecks === own.priceKopecks ? null : priceKopecks,
      durationMinutes: durationMinutes === own.durationMinutes ? null : durationMinutes,
    })
  }
  return [...masters.values()]
}

export const readStaff = (raw: readonly unknown[]): Imported<ImportedStaff> =>
  readList(raw, (each) => {
    const { success, data } = wireStaff.safeParse(each)
    if (!success) return undefined
    return {
      yclientsId: data.id,
      name: cleanText(data.name, 120) ?? 'Мастер',
      specialization: cleanText(data.specialization, 120) ?? '',
      active: !(data.hidden || data.fired || data.is_fired || data.is_deleted),
    }
  })

/** Working hours by person and day. */
export interface ImportedSchedule {
  /** Whole weeks of those of whom everything could be read: a day of which nothing is said is a day off. */
  readonly hours: ReadonlyMap<number, ReadonlyMap<string, readonly DayInterval[]>>
  /** Of whom something was said; undefined if that is not known for sure. */
  readonly ids: ReadonlySet<number> | undefined
  readonly unreadable: number
}

export function readSchedule(raw: readonly unknown[], days: readonly string[]): ImportedSchedule {
  const hours = new Map<number, Map<string, DayInterval[]>>()
  const ids = new Set<number>()
  const spoilt = new Set<number>()
  let isComplete = raw.length > 0
  let unreadable = 0
  for (const each of raw) {
    const { success, data } = wireStaffDay.safeParse(each)
    const of = success ? data : wireStaffDayOf.safeParse(each).data
    if (of === undefined) isComplete = false
    else ids.add(of.staff_id)
    if (!success) {
      unreadable++
      if (of) spoilt.add(of.staff_id)
      continue
    }
    const own = hours.get(data.staff_id) ?? new Map<string, DayInterval[]>(days.map((day) => [day, []]))
    hours.set(data.staff_id, own)
    if (own.has(data.date))
      own.set(
        data.date,
        (data.slots ?? [])
          .filter(({ from, to }) => from !== to)
          .map(intervalOf)
          .sort(byStart),
      )
  }
  for (const id of spoilt) hours.delete(id)
  return { hours, ids: isComplete ? ids : undefined, unreadable }
}

const byStart = (a: DayInterval, b: DayInterval) => a.fromMinute - b.fromMinute

/** "22:00" to "06:00" goes on into the next day, and "00:00" ends the day. */
function intervalOf({ from, to }: { from: string; to: string }): DayInterval {
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)]
  return { fromMinute, toMinute: toMinute > fromMinute ? toMinute : toMinute + 1440 }
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
