/** What the salon is at one moment. Plain data: the rules are in the rooms beside it. */

export interface Slot {
  from: string
  to: string
}

export interface Category {
  id: number
  title: string
  weight: number
}

export interface Service {
  id: number
  title: string
  categoryId: number
  /** Rubles. */
  priceMin: number
  priceMax: number
  /** Seconds. */
  duration: number
  /** Bookable online. */
  active: boolean
  comment: string
  weight: number
  staff: { id: number; seanceLength: number; price: number | null }[]
}

export interface Staff {
  id: number
  name: string
  specialization: string
  position: { id: number; title: string } | null
  rating: number
  hidden: boolean
  fired: boolean
  /** Working intervals by weekday, Monday first. */
  week: Slot[][]
  /** Days that differ from the week. */
  days: Map<string, Slot[]>
}

export interface Client {
  id: number
  name: string
  surname: string
  patronymic: string
  /** `+79…`, or empty. */
  phone: string
  email: string
  comment: string
  birthday: string
  /** 0 unknown, 1 male, 2 female. */
  sex: 0 | 1 | 2
  discount: number
  successVisits: number
  failVisits: number
  /** Rubles spent on attended visits. */
  spent: number
  blacklisted: boolean
  changedAt: number
}

export interface RecordService {
  id: number
  title: string
  firstCost: number
  /** Per cent. */
  discount: number
  cost: number
  amount: number
}

/** 2 confirmed, 1 came, 0 waiting, -1 did not come. */
export type Attendance = -1 | 0 | 1 | 2

export interface SalonRecord {
  id: number
  visitId: number
  /** Lets a client cancel without logging in. */
  hash: string
  staffId: number
  clientId: number | null
  services: RecordService[]
  /** Epoch milliseconds, as are all `…At`. */
  startsAt: number
  /** Seconds. */
  seanceLength: number
  comment: string
  apiId: string
  online: boolean
  attendance: Attendance
  confirmed: 0 | 1
  deleted: boolean
  paidFull: boolean
  createdUserId: number
  bookformId: number
  recordFrom: string
  isMobile: 0 | 1 | 2
  customColor: string
  customFields: Record<string, string>
  smsHours: number
  emailHours: number
  createdAt: number
  /** Whole seconds, like the `last_change_date` made of it. */
  changedAt: number
}

export const HOOK_FLAGS = [
  'salon',
  'service_category',
  'service',
  'good',
  'master',
  'client',
  'record',
  'goods_operations_sale',
  'goods_operations_receipt',
  'goods_operations_consumable',
  'goods_operations_stolen',
  'goods_operations_move',
  'finances_operation',
] as const
export type HookFlag = (typeof HOOK_FLAGS)[number]

export interface HookSettings {
  urls: string[]
  active: boolean
  selfSending: boolean
  flags: Record<HookFlag, boolean>
}

export interface Salon {
  companyId: number
  title: string
  city: string
  address: string
  phone: string
  categories: Map<number, Category>
  services: Map<number, Service>
  staff: Map<number, Staff>
  clients: Map<number, Client>
  records: Map<number, SalonRecord>
  /** Record ids by visit. */
  visits: Map<number, number[]>
  hooks: HookSettings
  /** The next free number of each kind. */
  next: { record: number; visit: number; client: number; operation: number }
}

export function emptySalon(companyId: number, hookUrls: string[]): Salon {
  return {
    companyId,
    title: 'Спа-салон «Тихая вода»',
    city: 'Москва',
    address: 'Примерный пер., д. 3',
    phone: '+79000009999',
    categories: new Map(),
    services: new Map(),
    staff: new Map(),
    clients: new Map(),
    records: new Map(),
    visits: new Map(),
    hooks: {
      urls: [...hookUrls],
      active: true,
      selfSending: true,
      flags: {
        salon: true,
        service_category: true,
        service: true,
        good: true,
        master: true,
        client: true,
        record: true,
        goods_operations_sale: true,
        goods_operations_receipt: true,
        goods_operations_consumable: true,
        goods_operations_stolen: true,
        goods_operations_move: true,
        finances_operation: true,
      },
    },
    next: { record: 617_000_001, visit: 686_000_001, client: 498_000_001, operation: 145_000_001 },
  }
}

/** Records that still stand. */
export const liveRecords = (salon: Salon) => [...salon.records.values()].filter((record) => !record.deleted)

/** The records of one visit that still stand. */
export const recordsOfVisit = (salon: Salon, visitId: number) =>
  (salon.visits.get(visitId) ?? []).flatMap((id) => {
    const record = salon.records.get(id)
    return record && !record.deleted ? [record] : []
  })

/** Came if any record of the visit came; otherwise what its records agree on; otherwise waiting. */
export function visitAttendance(salon: Salon, record: SalonRecord): Attendance {
  const all = recordsOfVisit(salon, record.visitId).map((sibling) => sibling.attendance)
  const [first] = all
  if (first === undefined) return record.attendance
  if (all.includes(1)) return 1
  return all.every((attendance) => attendance === first) ? first : 0
}
