import { type Actor, type Role, roleIsAtLeast } from './actor.ts'

/**
 * Who may call what. The one table: a route that is not in it is refused, and a test fails for it.
 * webhook: authenticated by the secret in the address, checked by the route itself.
 * client: a signed-in client. metrics: a monitoring program with its token, or a manager. A role: administrators with this role
 * or a higher one.
 */
export type Access = 'public' | 'webhook' | 'client' | 'metrics' | Role

export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /api/v1/health': 'public',
  'GET /api/v1/openapi.json': 'public',
  'GET /api/v1/docs': 'public',
  'GET /api/v1/docs/:file': 'public',

  'GET /api/v1/auth/consent': 'public',
  'POST /api/v1/auth/code': 'public',
  'POST /api/v1/auth/login': 'public',
  'POST /api/v1/auth/refresh': 'public',
  'POST /api/v1/auth/logout': 'client',
  'POST /api/v1/auth/logout-all': 'client',

  'GET /api/v1/services': 'public',
  'GET /api/v1/services/:id': 'public',
  'GET /api/v1/staff': 'public',

  'GET /api/v1/me': 'client',
  'PATCH /api/v1/me': 'client',
  'DELETE /api/v1/me': 'client',
  'GET /api/v1/me/export': 'client',
  'GET /api/v1/me/consents': 'client',
  'POST /api/v1/me/consents': 'client',
  'GET /api/v1/me/sessions': 'client',
  'DELETE /api/v1/me/sessions/:id': 'client',
  'GET /api/v1/me/contacts': 'client',
  'POST /api/v1/me/contacts': 'client',
  'POST /api/v1/me/contacts/confirm': 'client',
  'DELETE /api/v1/me/contacts/:id': 'client',
  'GET /api/v1/booking': 'client',
  'GET /api/v1/booking/time-slots/:service_id': 'client',
  'GET /api/v1/bookings': 'client',
  'POST /api/v1/bookings': 'client',
  'GET /api/v1/bookings/:id': 'client',
  'PATCH /api/v1/bookings/:id': 'client',
  'POST /api/v1/bookings/:id/confirm': 'client',
  'GET /api/v1/loyalty': 'client',
  'GET /api/v1/loyalty/entries': 'client',
  'GET /api/v1/yclients/widget-url/:service_id': 'client',

  'POST /api/v1/yclients/webhook': 'webhook',
  'POST /api/v1/yclients/sync-bookings': 'manager',

  'POST /api/v1/admin/login': 'public',
  'POST /api/v1/admin/bootstrap': 'public',
  'POST /api/v1/admin/logout': 'desk',
  'POST /api/v1/admin/logout-all': 'desk',
  'GET /api/v1/admin/session': 'desk',
  'POST /api/v1/admin/password': 'desk',
  'GET /api/v1/admin/admins': 'owner',
  'POST /api/v1/admin/admins': 'owner',
  'PATCH /api/v1/admin/admins/:id': 'owner',
  'GET /api/v1/admin/audit': 'owner',
  'GET /api/v1/admin/levels': 'manager',
  'PUT /api/v1/admin/levels': 'owner',

  'GET /api/v1/admin/users': 'desk',
  'POST /api/v1/admin/users/code': 'desk',
  'POST /api/v1/admin/users': 'desk',
  'POST /api/v1/admin/users/codes': 'manager',
  'GET /api/v1/admin/users/duplicates': 'manager',
  'POST /api/v1/admin/users/:id/merge': 'manager',
  'GET /api/v1/admin/users/:id': 'desk',
  'GET /api/v1/admin/users/:id/entries': 'desk',
  'GET /api/v1/admin/users/:id/export': 'owner',
  'DELETE /api/v1/admin/users/:id': 'owner',
  'POST /api/v1/admin/ledger/verify': 'manager',
  'GET /api/v1/admin/ledger/checks': 'manager',
  'POST /api/v1/admin/bonuses/spend': 'desk',
  'POST /api/v1/admin/bonuses/adjust': 'manager',
  'GET /api/v1/admin/bookings': 'desk',
  'POST /api/v1/admin/bookings': 'desk',
  'GET /api/v1/admin/bookings/conflicts': 'desk',
  'GET /api/v1/admin/bookings/:id': 'desk',
  'PATCH /api/v1/admin/bookings/:id': 'desk',
  'POST /api/v1/admin/bookings/:id/complete': 'desk',
  'POST /api/v1/admin/bookings/:id/no-show': 'desk',
  'POST /api/v1/admin/bookings/:id/reopen': 'desk',
  'POST /api/v1/admin/bookings/:id/link': 'manager',
  'GET /api/v1/admin/sync-runs': 'manager',
  'GET /api/v1/admin/sync-runs/:id': 'manager',
  'GET /api/v1/admin/sync/report': 'manager',
  'GET /api/v1/admin/doctor': 'manager',
  'GET /api/v1/admin/webhook-events': 'manager',
  'GET /api/v1/admin/webhook-events/:id': 'manager',
  'POST /api/v1/admin/webhook-events/replay': 'manager',
  'GET /api/v1/admin/metrics': 'metrics',
  'GET /api/v1/admin/parked': 'manager',
  'POST /api/v1/admin/parked/:id/replay': 'manager',
  'POST /api/v1/admin/parked/:id/dismiss': 'manager',

  'GET /api/v1/admin/yclients/webhook': 'owner',
  'POST /api/v1/admin/yclients/webhook': 'owner',
  'POST /api/v1/admin/yclients/webhook-test': 'owner',
  'GET /api/v1/admin/yclients/webhook-test/:record_id': 'owner',
  'PATCH /api/v1/admin/yclients/webhook-test/:record_id': 'owner',
  'DELETE /api/v1/admin/yclients/webhook-test/:record_id': 'owner',

  'POST /api/v1/admin/catalog/sync': 'manager',
  'GET /api/v1/admin/services': 'manager',
  'POST /api/v1/admin/services': 'manager',
  'PATCH /api/v1/admin/services/:id': 'manager',
  'GET /api/v1/admin/service-categories': 'manager',
  'POST /api/v1/admin/service-categories': 'manager',
  'PATCH /api/v1/admin/service-categories/:id': 'manager',
  'GET /api/v1/admin/staff': 'manager',
  'POST /api/v1/admin/staff': 'manager',
  'PATCH /api/v1/admin/staff/:id': 'manager',
  'GET /api/v1/admin/staff/:id/services': 'manager',
  'PUT /api/v1/admin/staff/:id/services/:service_id': 'manager',
  'DELETE /api/v1/admin/staff/:id/services/:service_id': 'manager',
  'GET /api/v1/admin/staff/:id/schedule': 'manager',
  'POST /api/v1/admin/staff/:id/schedule': 'manager',
  'PATCH /api/v1/admin/staff/:id/schedule/:schedule_id': 'manager',
  'DELETE /api/v1/admin/staff/:id/schedule/:schedule_id': 'manager',
  'GET /api/v1/admin/staff/:id/schedule/days': 'manager',
  'PUT /api/v1/admin/staff/:id/schedule/days/:date': 'manager',
  'DELETE /api/v1/admin/staff/:id/schedule/days/:date': 'manager',

  'GET /admin/assets/:file': 'public',
  'GET /admin/login': 'public',
  'POST /admin/login': 'public',
  'POST /admin/language': 'public',
  'POST /admin/logout': 'desk',
  'GET /admin': 'desk',
  'GET /admin/clients': 'desk',
  'GET /admin/clients/:id': 'desk',
  'GET /admin/write-off': 'desk',
  'GET /admin/clients/:id/write-off': 'desk',
  'POST /admin/clients/:id/write-off': 'desk',
  'GET /admin/clients/:id/adjust': 'manager',
  'POST /admin/clients/:id/adjust': 'manager',
  'GET /admin/receipts/:id': 'desk',
  'GET /admin/sync': 'manager',
  'POST /admin/sync': 'manager',
  'GET /admin/sync/runs/:id': 'manager',
  'GET /admin/sync/events': 'manager',
  'GET /admin/sync/events/:id': 'manager',
  'GET /admin/sync/replay': 'manager',
  'POST /admin/sync/replay': 'manager',
  'GET /admin/sync/parked': 'manager',
  'POST /admin/sync/parked': 'manager',
}

/** May this actor (undefined = nobody) call a route with this access? Undefined access means the route is not listed. */
export function mayCall(access: Access | undefined, actor: Actor | undefined): 'yes' | 'unauthenticated' | 'forbidden' {
  if (access === undefined) return 'forbidden'
  if (access === 'public' || access === 'webhook') return 'yes'
  if (actor === undefined) return 'unauthenticated'
  if (access === 'client') return actor.kind === 'client' ? 'yes' : 'forbidden'
  if (access === 'metrics' && actor.kind === 'monitor') return 'yes'
  const least = access === 'metrics' ? 'manager' : access
  return actor.kind === 'admin' && roleIsAtLeast(actor.role, least) ? 'yes' : 'forbidden'
}
