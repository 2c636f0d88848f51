/**
 * Who may call what. The one table: a route that is not in it is refused, and a test fails for it.
 * webhook: authenticated by the secret in the address, checked by the route itself.
 */
export type Access = 'public' | 'webhook' | 'client' | 'admin'

export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /api/v1/health': 'public',
  'GET /api/v1/openapi.json': 'public',
  'GET /api/v1/docs': 'public',
  'GET /api/v1/docs/:file': 'public',

  'GET /api/v1/me': 'client',
  'GET /api/v1/booking': 'client',
  'GET /api/v1/bookings': 'client',
  'GET /api/v1/loyalty': 'client',
  'GET /api/v1/loyalty/entries': 'client',
  'GET /api/v1/yclients/widget-url/:service_id': 'client',

  'POST /api/v1/yclients/webhook': 'webhook',
  'POST /api/v1/yclients/sync-bookings': 'admin',

  'GET /api/v1/admin/users': 'admin',
  'POST /api/v1/admin/users': 'admin',
  'POST /api/v1/admin/bonuses/spend': 'admin',
  'POST /api/v1/admin/bonuses/adjust': 'admin',
  'GET /api/v1/admin/bookings': 'admin',
  'POST /api/v1/admin/bookings/:id/link': 'admin',
  'GET /api/v1/admin/sync-runs': 'admin',
  'GET /api/v1/admin/sync-runs/:id': 'admin',
  'GET /api/v1/admin/webhook-events': 'admin',
  'GET /api/v1/admin/parked': 'admin',
  'POST /api/v1/admin/parked/:id/replay': 'admin',
  'POST /api/v1/admin/parked/:id/dismiss': 'admin',
}

/** May this actor (undefined = nobody) call a route with this access? Undefined access means the route is not listed. */
export function mayCall(
  access: Access | undefined,
  actorKind: 'client' | 'admin' | undefined,
): 'yes' | 'unauthenticated' | 'forbidden' {
  if (access === undefined) return 'forbidden'
  if (access === 'public' || access === 'webhook') return 'yes'
  if (actorKind === undefined) return 'unauthenticated'
  return actorKind === access ? 'yes' : 'forbidden'
}
