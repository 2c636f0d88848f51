import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import type { Result } from '../platform/outcome.ts'
import type { BookingMethod } from './booking-method.ts'
import { differenceFromNothing } from './difference.ts'
import { refusalOf } from './refused-write.ts'
import { keyOfRequest } from './request-key.ts'
import { insertService, newestServiceId, type ServiceRow, serviceByRequest, serviceRow } from './services.store.ts'

/** What people may set of a service; absent fields stay as they are, or as the database has them by default. */
export interface ServiceFields {
  readonly name?: string | undefined
  readonly priceKopecks?: number | undefined
  readonly durationMinutes?: number | undefined
  readonly categoryId?: number | null | undefined
  readonly description?: string | undefined
  /** False: clients cannot book it. */
  readonly active?: boolean | undefined
  readonly yclientsServiceId?: number | null | undefined
  readonly bookingMethod?: BookingMethod | undefined
  readonly slotStepMinutes?: number | undefined
  readonly bufferBeforeMinutes?: number | undefined
  readonly bufferAfterMinutes?: number | undefined
  readonly minNoticeMinutes?: number | undefined
  readonly horizonDays?: number | undefined
  readonly cancelNoticeMinutes?: number | undefined
  readonly fullRefundHours?: number | undefined
  readonly partialRefundHours?: number | undefined
  readonly partialRefundBasisPoints?: number | undefined
}

export type ServiceRefusal = 'yclients_id_taken' | 'category_not_found' | 'service_not_in_yclients'

/** Cannot be booked anywhere. */
export const isBookedNowhere = (service: { bookingMethod: BookingMethod; yclientsServiceId: number | null }): boolean =>
  service.bookingMethod === 'yclients' && service.yclientsServiceId === null

/** A new service of the salon. The same input again with the same key is a repetition. */
export async function createService(
  ctx: Context,
  given: ServiceFields & Required<Pick<ServiceFields, 'name' | 'priceKopecks' | 'durationMinutes'>>,
  by: By,
  key?: string,
): Promise<Result<ServiceRow, ServiceRefusal>> {
  const { db } = ctx
  const { bookingMethod = 'auto', yclientsServiceId = null } = given
  if (isBookedNowhere({ bookingMethod, yclientsServiceId })) return { ok: false, refusal: 'service_not_in_yclients' }
  const { fields, after } = differenceFromNothing({ ...given })
  const requestKey = await keyOfRequest(key, fields)
  const now = ctx.now()
  const audit = { by, action: 'service.create', entity: 'service', entityId: newestServiceId, after }
  try {
    const [made] = await db.batch([insertService(db, { ...fields, requestKey }, now), writeAudit(db, audit, now)])
    const [row] = await serviceRow(db, made[0]?.id ?? 0)
    if (!row) throw new Error('the insert gave back no service')
    return { ok: true, value: row }
  } catch (error) {
    const [earlier] = requestKey === null ? [] : await serviceByRequest(db, requestKey)
    if (earlier) return { ok: true, value: earlier }
    return { ok: false, refusal: refusalOf(error) }
  }
}
