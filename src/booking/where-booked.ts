import { visitMethodOf } from '../catalog/booking-method.ts'
import type { BookingPlan, PlannedMaster } from './booking-plan.ts'

/** Where a planned visit is written, and who may take it there. */
export interface WhereBooked {
  /** What YClients is asked for, when it keeps the times of the visit: its ids of all services, the main one first. */
  readonly askedOfYclients: readonly number[] | undefined
  /** Nobody, if a service is to be booked in YClients and cannot be. */
  readonly masters: readonly PlannedMaster[]
  /** Is a visit with this master written into YClients? */
  readonly isToldToYclients: (master: PlannedMaster) => boolean
}

/**
 * The one place that says where a visit is booked: times that are offered, and bookings, follow it. `pushInternal`: a visit
 * that is booked here is also written into the journal of a master who works in YClients, so that he has one time line. Pure.
 */
export function whereBooked(
  { service, additional, masters }: BookingPlan,
  { enabled, pushInternal }: { readonly enabled: boolean; readonly pushInternal: boolean },
): WhereBooked {
  const services = [service, ...additional]
  const method = visitMethodOf(services, enabled)
  const ids = services.flatMap(({ yclientsServiceId }) => yclientsServiceId ?? [])
  const worksThere = ({ yclientsStaffId }: PlannedMaster) => yclientsStaffId !== null
  const byMethod = { internal: masters, yclients: masters.filter(worksThere), nowhere: [] }
  return {
    // Of a visit with a service that it does not know YClients cannot say when it may begin: our own hours do.
    askedOfYclients: method === 'yclients' && ids.length === services.length ? ids : undefined,
    masters: byMethod[method],
    isToldToYclients: (master) => worksThere(master) && (method === 'yclients' || (enabled && pushInternal)),
  }
}
