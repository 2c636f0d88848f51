import type { Context } from './context.ts'
import { ApiError } from './envelope.ts'
import { flag } from './read.ts'
import type { SalonRecord } from './state.ts'
import { isDay } from './time.ts'

export interface Filters {
  page: number
  count: number
  withDeleted: boolean
  include: { consumables: boolean; finance: boolean }
  matches(record: SalonRecord): boolean
}

/** The query of `GET /records`. Days are inclusive at both ends, and so is the window of changes. */
export function readFilters(ctx: Context, query: URLSearchParams): Filters {
  const { clock } = ctx
  const whole = (name: string) => {
    const value = query.get(name)
    if (value === null || value === '') return undefined
    if (!/^\d+$/.test(value)) throw new ApiError(422, `Неверное значение параметра ${name}`)
    return Number(value)
  }
  const day = (name: string) => {
    const value = query.get(name)
    if (value === null || value === '') return undefined
    const date = value.slice(0, 10)
    if (!isDay(date)) throw new ApiError(422, `Неверное значение параметра ${name}`)
    return date
  }
  const moment = (name: string) => {
    const value = query.get(name)
    if (value === null || value === '') return undefined
    const at = clock.parse(value)
    if (at === undefined) throw new ApiError(422, `Неверное значение параметра ${name}`)
    return Math.floor(at / 1000) * 1000
  }
  const [staffId, clientId, author] = [
    whole('staff_id') ?? whole('team_member_id'),
    whole('client_id'),
    whole('created_user_id'),
  ]
  const [from, to, createdFrom, createdTo] = [
    day('start_date'),
    day('end_date'),
    day('c_start_date'),
    day('c_end_date'),
  ]
  const [after, before] = [moment('changed_after'), moment('changed_before')]

  return {
    page: Math.max(1, whole('page') ?? 1),
    count: Math.min(ctx.knobs.pageCap, Math.max(1, whole('count') ?? 50)),
    withDeleted: flag(query.get('with_deleted')),
    include: {
      consumables: flag(query.get('include_consumables')),
      finance: flag(query.get('include_finance_transactions')),
    },
    matches(record) {
      if (staffId !== undefined && record.staffId !== staffId) return false
      if (clientId !== undefined && record.clientId !== clientId) return false
      if (author !== undefined && record.createdUserId !== author) return false
      if (after !== undefined && record.changedAt < after) return false
      if (before !== undefined && record.changedAt > before) return false
      const starts = clock.day(record.startsAt)
      if ((from !== undefined && starts < from) || (to !== undefined && starts > to)) return false
      if (createdFrom === undefined && createdTo === undefined) return true
      const created = clock.day(record.createdAt)
      return (createdFrom === undefined || created >= createdFrom) && (createdTo === undefined || created <= createdTo)
    },
  }
}

export function listRecords({ salon, knobs, noise }: Context, { page, count, withDeleted, matches }: Filters) {
  const all = [...salon.records.values()].filter((record) => (withDeleted || !record.deleted) && matches(record))
  if (knobs.listOrder === 'shuffled') {
    const place = new Map(all.map(({ id }) => [id, noise.draw('list order', id)]))
    all.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
  }
  return { page, total: all.length, records: all.slice((page - 1) * count, page * count) }
}
