import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { changeRow, isStale } from './change-row.ts'
import { isBookedNowhere, type ServiceFields, type ServiceRefusal } from './create-service.ts'
import { refusalOf } from './refused-write.ts'
import { type ServiceRow, serviceRow, updateService } from './services.store.ts'

/** What a manager changes about a service. Visits that are booked keep what they were booked for. */
export async function changeService(
  ctx: Context,
  id: number,
  given: ServiceFields,
  by: By,
  seen?: number,
): Promise<Result<ServiceRow, ServiceRefusal | 'service_not_found' | 'changed_meanwhile'>> {
  const { db } = ctx
  try {
    const changed = await changeRow<ServiceRow, ServiceRefusal | 'changed_meanwhile'>(ctx, {
      read: () => serviceRow(db, id),
      given: (row) => {
        if (isStale(row, seen)) return 'changed_meanwhile'
        const { bookingMethod = row.bookingMethod, yclientsServiceId = row.yclientsServiceId } = given
        return isBookedNowhere({ bookingMethod, yclientsServiceId }) ? 'service_not_in_yclients' : { ...given }
      },
      write: (row, fields, now) =>
        updateService(
          db,
          row,
          // What YClients said was about another service.
          'yclientsServiceId' in fields ? { ...fields, yclientsSeen: null } : fields,
          now,
        ),
      by,
      action: 'service.change',
      entity: 'service',
    })
    if (changed.ok) return changed
    return { ok: false, refusal: changed.refusal === 'not_found' ? 'service_not_found' : changed.refusal }
  } catch (error) {
    return { ok: false, refusal: refusalOf(error) }
  }
}
