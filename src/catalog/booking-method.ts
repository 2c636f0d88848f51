export const BOOKING_METHODS = ['auto', 'internal', 'yclients'] as const
export type BookingMethod = (typeof BOOKING_METHODS)[number]

/** Where visits of a service are written: in YClients, or here. */
export type ResolvedMethod = Exclude<BookingMethod, 'auto'>

/** Where a service is booked now. `auto` goes to YClients if the service is linked to it and YClients is switched on. Pure. */
export function bookingMethodOf(
  service: { readonly bookingMethod: BookingMethod; readonly yclientsServiceId: number | null },
  yclientsEnabled: boolean,
): ResolvedMethod {
  if (service.bookingMethod !== 'auto') return service.bookingMethod
  return yclientsEnabled && service.yclientsServiceId !== null ? 'yclients' : 'internal'
}
