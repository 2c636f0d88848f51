import type {
  CategoryFields,
  ImportedDay,
  LinkedCategory,
  LinkedOffer,
  LinkedService,
  LinkedStaff,
  OfferFields,
  OfferName,
  Read,
  ServiceFields,
  StaffFields,
} from '../catalog/catalog-import.statements.ts'
import { mergeFields, parseSeen, seenAfter } from './merge-fields.ts'
import type {
  Imported,
  ImportedCategory,
  ImportedSchedule,
  ImportedService,
  ImportedStaff,
} from './translate-catalog.ts'

/** The catalog as it is here, as far as it is linked to YClients. */
export interface LocalCatalog {
  readonly categories: readonly LinkedCategory[]
  readonly services: readonly LinkedService[]
  readonly staff: readonly LinkedStaff[]
  readonly offers: readonly LinkedOffer[]
  readonly days: readonly ImportedDay[]
}

/** The catalog as YClients has it. */
export interface ForeignCatalog {
  readonly categories: Imported<ImportedCategory>
  readonly services: Imported<ImportedService>
  readonly staff: Imported<ImportedStaff>
  /** Undefined: YClients did not let us read it. */
  readonly schedule: ImportedSchedule | undefined
}

/** A value of ours that stays although YClients has another. */
export interface Kept {
  readonly categoryId?: number
  readonly serviceId?: number
  readonly staffId?: number
  readonly field: string
  readonly local: string | number | boolean | null
  readonly yclients: string | number | boolean | null
}

interface Seen {
  readonly yclientsId: number
  readonly yclientsSeen: string
}
export interface Writes<F> {
  readonly insert: readonly (F & Seen)[]
  readonly update: readonly (F & Seen & Read)[]
  /** Of the updated ones, how many clients can no longer book. */
  readonly switchedOff: number
}

export interface ImportPlan {
  readonly categories: Writes<CategoryFields>
  readonly services: Writes<ServiceFields>
  readonly staff: Writes<StaffFields>
  readonly offers: { readonly put: readonly OfferFields[]; readonly remove: readonly OfferName[] }
  /** Undefined: stays as it is. */
  readonly days:
    | { readonly put: readonly ImportedDay[]; readonly remove: readonly Omit<ImportedDay, 'intervals'>[] }
    | undefined
  readonly kept: readonly Kept[]
}

/** What has to be written so that our catalog follows YClients', and what of ours is kept against it. Pure. */
export function planImport(local: LocalCatalog, foreign: ForeignCatalog, overwrite: boolean): ImportPlan {
  const kept: Kept[] = []
  const knownCategories = new Map([
    ...local.categories.map(({ yclientsId, name }) => [yclientsId, name] as const),
    ...foreign.categories.items.map(({ yclientsId, name }) => [yclientsId, name] as const),
  ])

  const categories = planRows<CategoryFields, LinkedCategory>(local.categories, foreign.categories, overwrite, {
    ours: oursOfCategory,
    theirs: new Map(foreign.categories.items.map(({ yclientsId, ...fields }) => [yclientsId, fields])),
    blank: { position: 0 },
    // Nobody can book a category.
    missing: {},
    keep: (row, field, ours, theirs) => kept.push({ categoryId: row.id, field, local: ours, yclients: theirs }),
  })

  const services = planRows<ServiceFields, LinkedService>(local.services, foreign.services, overwrite, {
    ours: oursOfService,
    theirs: new Map(
      foreign.services.items.map(({ yclientsId, masters: _, yclientsCategoryId: category, ...fields }) => [
        yclientsId,
        // One that YClients does not tell of cannot be had.
        { ...fields, category: category !== null && knownCategories.has(category) ? category : null },
      ]),
    ),
    blank: { description: '', active: true, category: null },
    missing: { active: false },
    keep(row, field, ours, theirs) {
      const isCategory = field === 'category'
      const yclients = isCategory ? (knownCategories.get(Number(theirs)) ?? null) : theirs
      kept.push({ serviceId: row.id, field, local: isCategory ? row.categoryName : ours, yclients })
    },
  })

  const staff = planRows<StaffFields, LinkedStaff>(local.staff, foreign.staff, overwrite, {
    ours: oursOfStaff,
    theirs: new Map(foreign.staff.items.map(({ yclientsId, ...fields }) => [yclientsId, fields])),
    blank: { specialization: '', active: true },
    missing: { active: false },
    keep: (row, field, ours, theirs) => kept.push({ staffId: row.id, field, local: ours, yclients: theirs }),
  })

  const offers = planOffers(local, foreign, overwrite, kept)
  return { categories, services, staff, offers, days: planDays(local, foreign), kept }
}

/** What we have, in the words in which YClients' side is compared and remembered. Pure, like the two after it. */
export const oursOfCategory = ({ name, position }: LinkedCategory): CategoryFields => ({ name, position })

export const oursOfService = (row: LinkedService): ServiceFields => ({
  name: row.name,
  priceKopecks: row.priceKopecks,
  durationMinutes: row.durationMinutes,
  description: row.description,
  active: row.active === 1,
  category: row.yclientsCategoryId ?? (row.categoryId === null ? null : -row.categoryId),
})

export const oursOfStaff = ({ name, specialization, active }: LinkedStaff): StaffFields => ({
  name,
  specialization,
  active: active === 1,
})

interface RowRules<F, Row> {
  readonly ours: (row: Row) => F
  readonly theirs: ReadonlyMap<number, F>
  readonly blank: Partial<F>
  /** What YClients says by not having it any more. */
  readonly missing: Partial<F>
  keep(row: Row, field: string, ours: Kept['local'], theirs: Kept['yclients']): void
}

function planRows<
  F extends Readonly<Record<keyof F, string | number | boolean | null>>,
  Row extends Read & { yclientsId: number; yclientsSeen: string | null },
>(rows: readonly Row[], imported: Imported<unknown>, overwrite: boolean, rules: RowRules<F, Row>): Writes<F> {
  const isKnown = new Set(rows.map(({ yclientsId }) => yclientsId))
  const insert = [...rules.theirs].flatMap(([yclientsId, fields]) =>
    isKnown.has(yclientsId) ? [] : [{ ...fields, yclientsId, yclientsSeen: seenAfter<F>(undefined, fields) }],
  )
  let switchedOff = 0
  const update = rows.flatMap((row) => {
    const isMissing = imported.ids !== undefined && !imported.ids.has(row.yclientsId)
    const theirs = rules.theirs.get(row.yclientsId) ?? (isMissing ? rules.missing : undefined)
    // It is there, but cannot be read.
    if (!theirs) return []
    const local = rules.ours(row)
    const seen = parseSeen<F>(row.yclientsSeen)
    const { fields, isChanged, kept } = mergeFields<F>({ local, seen, theirs, blank: rules.blank }, overwrite)
    for (const field of kept) rules.keep(row, field, local[field], theirs[field] ?? null)
    const yclientsSeen = seenAfter<F>(seen, theirs)
    if (!isChanged && yclientsSeen === (row.yclientsSeen ?? '{}')) return []
    const wasActive = 'active' in local && local.active === true
    if (wasActive && 'active' in fields && fields.active === false) switchedOff++
    return [{ ...fields, id: row.id, updatedAt: row.updatedAt, yclientsId: row.yclientsId, yclientsSeen }]
  })
  return { insert, update, switchedOff }
}

const offerKey = ({ yclientsStaffId, yclientsServiceId }: OfferName) => `${yclientsStaffId}:${yclientsServiceId}`

function planOffers(local: LocalCatalog, { services, staff }: ForeignCatalog, overwrite: boolean, kept: Kept[]) {
  const people = new Set([...local.staff, ...staff.items].map(({ yclientsId }) => yclientsId))
  const wanted = services.items.flatMap(({ yclientsId: yclientsServiceId, masters }) =>
    masters
      .filter(({ yclientsStaffId }) => people.has(yclientsStaffId))
      .map((master): OfferFields => ({ yclientsServiceId, ...master })),
  )
  const ours = new Map(local.offers.map((offer) => [offerKey(offer), offer]))
  const put = wanted.filter((offer) => {
    const own = ours.get(offerKey(offer))
    if (!own) return true
    const differing = (['priceKopecks', 'durationMinutes'] as const).filter((field) => own[field] !== offer[field])
    if (own.fromYclients === 1 || overwrite) return differing.length > 0
    const { staffId, serviceId } = own
    for (const field of differing) kept.push({ staffId, serviceId, field, local: own[field], yclients: offer[field] })
    return false
  })
  const isWanted = new Set(wanted.map(offerKey))
  // Of a service that is gone, or cannot be read, nothing is known.
  const isRead = new Set(services.items.map(({ yclientsId }) => yclientsId))
  const remove = local.offers
    .filter(
      (offer) => offer.fromYclients === 1 && isRead.has(offer.yclientsServiceId) && !isWanted.has(offerKey(offer)),
    )
    .map(({ yclientsStaffId, yclientsServiceId }) => ({ yclientsStaffId, yclientsServiceId }))
  return { put, remove }
}

const dayKey = ({ yclientsStaffId, day }: Omit<ImportedDay, 'intervals'>) => `${yclientsStaffId}:${day}`

function planDays(local: LocalCatalog, { schedule, staff }: ForeignCatalog): ImportPlan['days'] {
  if (!schedule) return undefined
  const people = new Set([...local.staff, ...staff.items].map(({ yclientsId }) => yclientsId))
  const stored = new Map(local.days.map((row) => [dayKey(row), row.intervals]))
  const wanted = [...schedule.hours].flatMap(([yclientsStaffId, days]) =>
    people.has(yclientsStaffId)
      ? [...days].map(([day, hours]) => ({ yclientsStaffId, day, intervals: JSON.stringify(hours) }))
      : [],
  )
  const isWanted = new Set(wanted.map(dayKey))
  // What YClients no longer tells of: days that are past, and people who no longer have a schedule there.
  const isGone = (row: ImportedDay) =>
    schedule.hours.has(row.yclientsStaffId)
      ? !isWanted.has(dayKey(row))
      : schedule.ids !== undefined && !schedule.ids.has(row.yclientsStaffId)
  return {
    put: wanted.filter((row) => stored.get(dayKey(row)) !== row.intervals),
    remove: local.days.filter(isGone).map(({ yclientsStaffId, day }) => ({ yclientsStaffId, day })),
  }
}
