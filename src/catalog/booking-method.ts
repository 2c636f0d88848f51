export const BOOKING_METHODS = ['auto', 'internal', 'yclients'] as const
export type BookingMethod = (typeof BOOKING_METHODS)[number]

/** Where visits of a service are written: in YClients, or here. */
export type ResolvedMethod = Exclude<BookingMethod, 'auto'>

/** What says where a service is booked. */
export interface BookableService {
  readonly bookingMethod: BookingMethod
  readonly yclientsServiceId: number | null
}

/** Where a service is booked now. `auto` goes to YClients if the service is linked to it and YClients is switched on. Pure. */
export function bookingMethodOf(service: BookableService, yclientsEnabled: boolean): ResolvedMethod {
  if (service.bookingMethod !== 'auto') return service.bookingMethod
  return yclientsEnabled && service.yclientsServiceId !== null ? 'yclients' : 'internal'
}

/**
 * Where a visit with these services is booked now: in YClients as soon as one of them is. `nowhere`: one of them is to be
 * booked in YClients and cannot be, because it is not linked or YClients is switched off. Pure.
 */
export function visitMethodOf(
  services: readonly BookableService[],
  yclientsEnabled: boolean,
): ResolvedMethod | 'nowhere' {
  const there = services.filter((service) => bookingMethodOf(service, yclientsEnabled) === 'yclients')
  if (there.length === 0) return 'internal'
  return yclientsEnabled && there.every(({ yclientsServiceId }) => yclientsServiceId !== null) ? 'yclients' : 'nowhere'
}
