import { totalCost } from './accounts.ts'
import { addClient, announceClient, type ClientChanges, findByPhone } from './clients.ts'
import { type Actor, type Context, isHeard } from './context.ts'
import type { Json } from './json.ts'
import { given } from './read.ts'
import { recordView } from './render.ts'
import { trim } from './spice.ts'
import { type Attendance, type RecordService, recordsOfVisit, type SalonRecord, visitAttendance } from './state.ts'
import type { EventStatus } from './webhooks.ts'

/** One line of a record; what is left out comes from the catalogue. */
export interface ServiceLine {
  id: number
  title?: string
  firstCost?: number
  discount?: number
  cost?: number
  amount?: number
}

export interface NewRecord {
  staffId: number
  services: ServiceLine[]
  /** An existing client, contacts by which one is found or made, or nobody. */
  client: number | (ClientChanges & { phone: string }) | null
  /** Epoch milliseconds, or text as `datetime` is written. */
  startsAt: number | string
  /** Seconds; by default what the services take. */
  seanceLength?: number
  /** Joins an existing visit. */
  visitId?: number
  attendance?: Attendance
  comment?: string
  apiId?: string
  online?: boolean
  bookformId?: number
  recordFrom?: string
  isMobile?: 0 | 1 | 2
  customColor?: string
  customFields?: Record<string, string>
  smsHours?: number
  emailHours?: number
  createdUserId?: number
  confirmed?: 0 | 1
  paidFull?: boolean
}

export type RecordChanges = Partial<Omit<NewRecord, 'visitId'>>

export function createRecord(ctx: Context, input: NewRecord, actor: Actor): SalonRecord {
  const { salon } = ctx
  const id = salon.next.record++
  const now = ctx.clock.now()
  const record: SalonRecord = {
    id,
    visitId: input.visitId ?? salon.next.visit++,
    hash: ctx.noise.hex(32, 'record hash', id),
    staffId: input.staffId,
    clientId: clientFor(ctx, input.client, actor),
    services: input.services.map((line) => completeLine(ctx, line, input.staffId)),
    startsAt: instant(ctx, input.startsAt),
    seanceLength: input.seanceLength ?? durationOf(ctx, input.services, input.staffId),
    comment: '',
    apiId: '',
    online: false,
    attendance: 0,
    confirmed: 1,
    deleted: false,
    paidFull: false,
    createdUserId: 0,
    bookformId: 0,
    recordFrom: '',
    isMobile: 0,
    customColor: '',
    customFields: {},
    smsHours: 24,
    emailHours: 24,
    createdAt: now,
    changedAt: now,
    ...plainFields(input),
  }
  const before = visitStatus(ctx, record.visitId)
  salon.records.set(id, record)
  salon.visits.set(record.visitId, [...(salon.visits.get(record.visitId) ?? []), id])
  count(ctx, record, 1, actor)
  announce(ctx, record, 'create', actor)
  announceSiblings(ctx, record, before, actor)
  return record
}

/** Changes what is given. A moved record keeps its id: one update with the new time. */
export function changeRecord(ctx: Context, record: SalonRecord, changes: RecordChanges, actor: Actor): SalonRecord {
  const before = visitStatus(ctx, record.visitId)
  apply(ctx, record, changes, actor)
  announce(ctx, record, 'update', actor)
  announceSiblings(ctx, record, before, actor)
  return record
}

/** Changes one record of a visit and, if given, the status of all of them; each changed record is announced. */
export function changeVisit(ctx: Context, record: SalonRecord, changes: RecordChanges, actor: Actor): void {
  const { attendance } = changes
  const siblings = attendance === undefined ? [record] : recordsOfVisit(ctx.salon, record.visitId)
  for (const sibling of siblings) apply(ctx, sibling, sibling === record ? changes : given({ attendance }), actor)
  for (const sibling of siblings) announce(ctx, sibling, 'update', actor)
}

function apply(ctx: Context, record: SalonRecord, changes: RecordChanges, actor: Actor): void {
  count(ctx, record, -1)
  Object.assign(record, plainFields(changes))
  if (changes.staffId !== undefined) record.staffId = changes.staffId
  if (changes.client !== undefined) record.clientId = clientFor(ctx, changes.client, actor)
  if (changes.startsAt !== undefined) record.startsAt = instant(ctx, changes.startsAt)
  if (changes.services !== undefined) {
    record.services = changes.services.map((line) => completeLine(ctx, line, record.staffId))
  }
  if (changes.seanceLength !== undefined) record.seanceLength = changes.seanceLength
  count(ctx, record, 1, actor)
}

export function deleteRecord(ctx: Context, record: SalonRecord, actor: Actor): void {
  if (record.deleted) return
  const before = visitStatus(ctx, record.visitId)
  count(ctx, record, -1, actor)
  record.deleted = true
  announce(ctx, record, 'delete', actor)
  announceSiblings(ctx, record, before, actor)
}

/** The record vanishes as if it had never been, and nobody is told. */
export function forgetRecord(ctx: Context, record: SalonRecord): void {
  if (!record.deleted) count(ctx, record, -1)
  const siblings = ctx.salon.visits.get(record.visitId) ?? []
  ctx.salon.visits.set(
    record.visitId,
    siblings.filter((id) => id !== record.id),
  )
  ctx.salon.records.delete(record.id)
}

/** Bumps the record's change date and tells the hooks. */
export function announce(ctx: Context, record: SalonRecord, status: EventStatus, actor: Actor): void {
  const { clock, knobs, salon, webhooks, noise } = ctx
  record.changedAt = Math.floor(clock.now() / 1000) * 1000
  if (!isHeard(ctx, actor)) return
  const view = recordView(ctx, record, { form: 'webhook' })
  const repeats = status === 'update' ? Math.max(1, knobs.burst) : 1
  for (let i = 0; i < repeats; i++) {
    const eventNumber = webhooks.events + 1
    let data: Json = noise.chance(knobs.partialPercent, 'partial', eventNumber) ? trim(ctx, view, eventNumber) : view
    if (status === 'delete' && knobs.deleteBody === 'empty') data = []
    if (status === 'delete' && knobs.deleteBody === 'bare') {
      data = { id: record.id, company_id: salon.companyId, deleted: true }
    }
    webhooks.emit({ resource: 'record', resourceId: record.id, status, data })
  }
}

function visitStatus({ salon }: Context, visitId: number): Attendance | undefined {
  const [any] = recordsOfVisit(salon, visitId)
  return any && visitAttendance(salon, any)
}

/** The status of a visit shows in each of its records: when one of them moves it, the others have changed too. */
function announceSiblings(ctx: Context, record: SalonRecord, before: Attendance | undefined, actor: Actor): void {
  if (visitStatus(ctx, record.visitId) === before) return
  for (const sibling of recordsOfVisit(ctx.salon, record.visitId)) {
    if (sibling !== record) announce(ctx, sibling, 'update', actor)
  }
}

/** Adds the record to its client's counters, or takes it out again. With an actor the client's change is announced. */
function count(ctx: Context, record: SalonRecord, sign: 1 | -1, actor?: Actor): void {
  const client = record.clientId === null ? undefined : ctx.salon.clients.get(record.clientId)
  if (!client || (record.attendance !== 1 && record.attendance !== -1)) return
  if (record.attendance === 1) {
    client.successVisits += sign
    client.spent = Math.round((client.spent + sign * totalCost(record)) * 100) / 100
  } else {
    client.failVisits += sign
  }
  if (actor && ctx.knobs.counterEvents) announceClient(ctx, client, 'update', actor)
}

/** The fields that are taken over as they are. */
function plainFields(changes: Partial<NewRecord>): Partial<SalonRecord> {
  const { staffId: _1, services: _2, client: _3, startsAt: _4, seanceLength: _5, visitId: _6, ...plain } = changes
  return given(plain)
}

function clientFor(ctx: Context, client: NewRecord['client'], actor: Actor): number | null {
  if (client === null || typeof client === 'number') return client
  return (findByPhone(ctx, client.phone) ?? addClient(ctx, client, actor)).id
}

function completeLine(ctx: Context, line: ServiceLine, staffId: number): RecordService {
  const service = ctx.salon.services.get(line.id)
  const own = service?.staff.find(({ id }) => id === staffId)?.price
  const amount = line.amount ?? 1
  const firstCost = line.firstCost ?? own ?? service?.priceMin ?? 0
  const discount = line.discount ?? 0
  return {
    id: line.id,
    title: line.title ?? service?.title ?? '',
    firstCost,
    discount,
    cost: line.cost ?? Math.round(firstCost * amount * (100 - discount)) / 100,
    amount,
  }
}

/** Seconds that this person needs for these services. */
export function durationOf(ctx: Context, services: { id: number }[], staffId: number): number {
  return services.reduce((sum, { id }) => {
    const service = ctx.salon.services.get(id)
    return sum + (service?.staff.find((link) => link.id === staffId)?.seanceLength ?? service?.duration ?? 3600)
  }, 0)
}

function instant(ctx: Context, when: number | string): number {
  const at = typeof when === 'number' ? when : ctx.clock.parse(when)
  if (at === undefined) throw new Error(`not a date and time: ${when}`)
  return at
}
