import { addClient, type ClientChanges, changeClient } from './clients.ts'
import type { Context } from './context.ts'
import {
  changeRecord,
  changeVisit,
  createRecord,
  deleteRecord,
  forgetRecord,
  type NewRecord,
  type RecordChanges,
} from './records.ts'
import { type Attendance, type Client, recordsOfVisit, type SalonRecord, type Service, type Staff } from './state.ts'
import { serviceView, staffView } from './views.ts'

/** What the salon's people do in their own windows. Nothing is checked for being sensible: they may overbook. */
export interface Commands {
  createRecord(input: NewRecord): SalonRecord
  /** The same as a client would do it online. */
  book(input: NewRecord): SalonRecord
  changeRecord(id: number, changes: RecordChanges): SalonRecord
  move(id: number, startsAt: number | string, staffId?: number): SalonRecord
  setAttendance(id: number, attendance: Attendance): SalonRecord
  setVisitAttendance(visitId: number, attendance: Attendance): void
  confirm(id: number): SalonRecord
  complete(id: number): SalonRecord
  noShow(id: number): SalonRecord
  /** The price of the whole record: it goes to the first service, the others become free. */
  setCost(id: number, cost: number): SalonRecord
  pay(id: number): SalonRecord
  cancel(id: number): SalonRecord
  /** The record vanishes for good, without a webhook. */
  forget(id: number): void
  createClient(fields: ClientChanges & { name: string }): Client
  changeClient(id: number, changes: ClientChanges): Client
  putService(service: Service): Service
  putStaff(staff: Staff): Staff
}

export function createCommands(ctx: Context): Commands {
  const find = (id: number): SalonRecord => {
    const record = ctx.salon.records.get(id)
    if (!record) throw new Error(`no record ${id}`)
    return record
  }
  const change = (id: number, changes: RecordChanges) => {
    const record = find(id)
    if (record.deleted) throw new Error(`record ${id} is deleted`)
    return changeRecord(ctx, record, changes, 'salon')
  }

  return {
    createRecord: (input) => createRecord(ctx, { createdUserId: 746310, ...input }, 'salon'),
    book: (input) => createRecord(ctx, { online: true, ...input }, 'salon'),
    changeRecord: change,
    move: (id, startsAt, staffId) => change(id, { startsAt, ...(staffId !== undefined && { staffId }) }),
    setAttendance: (id, attendance) => change(id, { attendance }),
    setVisitAttendance(visitId, attendance) {
      const [first] = recordsOfVisit(ctx.salon, visitId)
      if (first) changeVisit(ctx, first, { attendance }, 'salon')
    },
    confirm: (id) => change(id, { attendance: 2 }),
    complete: (id) => change(id, { attendance: 1 }),
    noShow: (id) => change(id, { attendance: -1 }),
    setCost(id, cost) {
      const services = find(id).services.map((line, index) => ({ ...line, cost: index === 0 ? cost : 0 }))
      return change(id, { services })
    },
    pay: (id) => change(id, { paidFull: true }),
    cancel(id) {
      const record = find(id)
      deleteRecord(ctx, record, 'salon')
      return record
    },
    forget: (id) => forgetRecord(ctx, find(id)),
    createClient: (fields) => addClient(ctx, fields, 'salon'),
    changeClient(id, changes) {
      const client = ctx.salon.clients.get(id)
      if (!client) throw new Error(`no client ${id}`)
      changeClient(ctx, client, changes, 'salon')
      return client
    },
    putService(service) {
      const status = ctx.salon.services.has(service.id) ? 'update' : 'create'
      ctx.salon.services.set(service.id, service)
      ctx.webhooks.emit({ resource: 'service', resourceId: service.id, status, data: serviceView(ctx, service) })
      return service
    },
    putStaff(staff) {
      const status = ctx.salon.staff.has(staff.id) ? 'update' : 'create'
      ctx.salon.staff.set(staff.id, staff)
      ctx.webhooks.emit({ resource: 'staff', resourceId: staff.id, status, data: staffView(ctx, staff) })
      return staff
    },
  }
}
