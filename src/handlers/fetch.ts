import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { matchedRoutes } from 'hono/route'
import { secureHeaders } from 'hono/secure-headers'
import { administratorRoutes } from '../admin/admins.routes.ts'
import { adminAuditRoutes } from '../admin/audit.routes.ts'
import { adminBackupRoutes } from '../admin/backup.routes.ts'
import { adminBonusRoutes } from '../admin/bonuses.routes.ts'
import { adminBookingRoutes } from '../admin/bookings.routes.ts'
import { adminCatalogRoutes } from '../admin/catalog.routes.ts'
import { adminCatalogSyncRoutes } from '../admin/catalog-sync.routes.ts'
import { adminClientCardRoutes } from '../admin/client-card.routes.ts'
import { deskBookingRoutes } from '../admin/desk-booking.routes.ts'
import { adminDoctorRoutes } from '../admin/doctor.routes.ts'
import { adminHealthRoutes } from '../admin/health.routes.ts'
import { adminLedgerRoutes } from '../admin/ledger.routes.ts'
import { adminLevelRoutes } from '../admin/levels.routes.ts'
import { adminMergeRoutes } from '../admin/merge.routes.ts'
import { adminMessageRoutes } from '../admin/messages.routes.ts'
import { adminMetricsRoutes } from '../admin/metrics.routes.ts'
import { adminParkedRoutes } from '../admin/parked.routes.ts'
import { adminPrivacyRoutes } from '../admin/privacy.routes.ts'
import { adminScheduleRoutes } from '../admin/schedule.routes.ts'
import { adminSessionRoutes } from '../admin/session.routes.ts'
import { adminStaffRoutes } from '../admin/staff.routes.ts'
import { adminSyncRoutes } from '../admin/sync.routes.ts'
import { adminSyncReportRoutes } from '../admin/sync-report.routes.ts'
import { adminUserRoutes } from '../admin/users.routes.ts'
import { adminVisitRoutes } from '../admin/visits.routes.ts'
import { adminWebhookEventRoutes } from '../admin/webhook-events.routes.ts'
import { adminWebhookTestRoutes } from '../admin/webhook-test.routes.ts'
import { adminYclientsWebhookRoutes } from '../admin/yclients-webhook.routes.ts'
import { ACCESS, mayCall } from '../auth/access.ts'
import { authRoutes } from '../auth/auth.routes.ts'
import { authenticate, isStillSignedIn } from '../auth/authenticate.ts'
import { isFromOwnPage } from '../auth/browser.ts'
import { authenticateMonitor } from '../auth/monitor.ts'
import { bookingRoutes } from '../booking/booking.routes.ts'
import { ownBookingRoutes } from '../booking/own-booking.routes.ts'
import { slotRoutes } from '../booking/slots.routes.ts'
import { catalogRoutes } from '../catalog/catalog.routes.ts'
import { type Context, contextOf } from '../context.ts'
import { type HttpEnv, newRoutes } from '../http.ts'
import { loyaltyRoutes } from '../loyalty/loyalty.routes.ts'
import { notificationRoutes } from '../notifications/notifications.routes.ts'
import { nudgeOutbox } from '../notifications/nudge-outbox.ts'
import { flushMetrics } from '../ops/flush-metrics.ts'
import { opsRoutes } from '../ops/ops.routes.ts'
import { isPanelPath } from '../panel/own-path.ts'
import { panelRoutes } from '../panel/panel.routes.ts'
import { showProblem } from '../panel/panel.view.tsx'
import { panelHeaders } from '../panel/panel-headers.view.ts'
import { adminPaymentRoutes } from '../payments/admin-payments.routes.ts'
import { paymentRoutes } from '../payments/payments.routes.ts'
import { ConfigError } from '../platform/config.ts'
import { newId } from '../platform/ids.ts'
import { consoleLog, errorFields } from '../platform/log.ts'
import {
  languageOf,
  type ProblemCode,
  type ProblemDetails,
  ProblemError,
  problemResponse,
} from '../platform/problem.ts'
import { traced } from '../platform/trace.ts'
import { contactRoutes } from '../users/contacts.routes.ts'
import { privacyRoutes } from '../users/privacy.routes.ts'
import { profileRoutes } from '../users/profile.routes.ts'
import { yclientsRoutes } from '../yclients/yclients.routes.ts'
import { describeApi } from './openapi.ts'

/** YClients' largest real bodies are about 8 KB; a queue message may have 128 KB. */
const MAX_BODY_BYTES = 100_000
const API = '/api/v1'
const PANEL = '/admin/*'

/** Changes under these addresses may be worth a message to a client. */
const MAY_BE_NEWS = /\/(bookings|payments|bonuses|clients)(\/|$)/

/** What Hono itself refuses, in our words. */
const CODE_OF_HTTP_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_json',
  413: 'body_too_large',
  415: 'unsupported_media_type',
}

/** Lets a request through to its route if the access table says so, and notes who calls. */
const guard: MiddlewareHandler<HttpEnv> = async (c, next) => {
  // The first is the one whose handler runs: …/users/duplicates also fits …/users/:id.
  const route = matchedRoutes(c).find((candidate) => candidate.method !== 'ALL')
  if (!route) throw new ProblemError('not_found')
  const access = ACCESS[`${route.method} ${route.path}`]
  if (access !== 'public' && access !== 'webhook') {
    const callerOf = access === 'metrics' ? authenticateMonitor : authenticate
    const { actor, ambient } = await callerOf(c.var.ctx, c.req.raw.headers)
    const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
    if (actor && ambient && changes && !isFromOwnPage(c.req.raw)) throw new ProblemError('cross_site_request')
    const isGone = changes && actor?.kind === 'client' && !(await isStillSignedIn(c.var.ctx, actor))
    c.set('actor', isGone ? undefined : actor)
  }
  const verdict = mayCall(access, c.var.actor)
  if (verdict !== 'yes') throw new ProblemError(verdict)
  await next()
}

/** The HTTP side of the Worker. Tests hand over their own context. */
export function createApp(contextFor: (env: Env) => Context = contextOf) {
  const app = newRoutes()

  app.use(async (c, next) => {
    c.set('requestId', newId())
    c.set('language', languageOf(c.req.header('accept-language')))
    c.set('ctx', traced(contextFor(c.env), { request_id: c.var.requestId }))
    await next()
    c.header('x-request-id', c.var.requestId)
    const { ctx } = c.var
    if (ctx.metrics.isDue(ctx.now())) c.executionCtx.waitUntil(flushMetrics(ctx))
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!isRead && c.res.status < 400 && MAY_BE_NEWS.test(c.req.path)) c.executionCtx.waitUntil(nudgeOutbox(ctx))
  })
  app.use(PANEL, panelHeaders)
  app.use(secureHeaders())
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new ProblemError('body_too_large')
      },
    }),
  )

  app.use(PANEL, async (c, next) => {
    // Also before anybody has signed in: another site must not sign its visitor in as somebody else.
    const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
    const ambient = c.req.header('authorization') === undefined
    if (changes && ambient && !isFromOwnPage(c.req.raw)) throw new ProblemError('cross_site_request')
    await next()
  })
  app.use(`${API}/*`, guard)
  app.use(PANEL, guard)

  for (const routes of [
    opsRoutes,
    authRoutes,
    profileRoutes,
    privacyRoutes,
    contactRoutes,
    notificationRoutes,
    catalogRoutes,
    bookingRoutes,
    ownBookingRoutes,
    slotRoutes,
    loyaltyRoutes,
    paymentRoutes,
    yclientsRoutes,
    adminSessionRoutes,
    administratorRoutes,
    adminAuditRoutes,
    adminUserRoutes,
    adminMergeRoutes,
    adminClientCardRoutes,
    adminPrivacyRoutes,
    adminBonusRoutes,
    adminLedgerRoutes,
    adminBackupRoutes,
    adminLevelRoutes,
    adminVisitRoutes,
    deskBookingRoutes,
    adminBookingRoutes,
    adminPaymentRoutes,
    adminCatalogRoutes,
    adminStaffRoutes,
    adminScheduleRoutes,
    adminCatalogSyncRoutes,
    adminSyncRoutes,
    adminWebhookEventRoutes,
    adminSyncReportRoutes,
    adminDoctorRoutes,
    adminHealthRoutes,
    adminMessageRoutes,
    adminMetricsRoutes,
    adminParkedRoutes,
    adminYclientsWebhookRoutes,
    adminWebhookTestRoutes,
  ]) {
    app.route(API, routes)
  }

  let description: ReturnType<typeof describeApi> | undefined
  app.get(`${API}/openapi.json`, (c) => {
    description ??= describeApi(app)
    return c.json(description)
  })

  app.route('/', panelRoutes)

  app.notFound((c) => problem(c, 'not_found', c.var.requestId))
  app.onError((error, c) => {
    const requestId = c.var.requestId ?? newId()
    if (error instanceof ProblemError) return problem(c, error.code, requestId, error.details)
    if (error instanceof HTTPException) return problem(c, CODE_OF_HTTP_STATUS[error.status] ?? 'not_found', requestId)
    const log = c.var.ctx?.log ?? consoleLog
    if (error instanceof ConfigError) {
      log.error('config.invalid', { variables: error.variables.join(', '), error: error.message })
      return problem(c, 'misconfigured', requestId, {
        errors: error.variables.map((field) => ({ field, message: 'missing or wrong' })),
      })
    }
    log.error('request.failed', { request_id: requestId, ...errorFields(error) })
    return problem(c, 'internal_error', requestId)
  })
  return app
}

/** For people in the panel a page, for programs RFC 9457. */
function problem(c: HonoContext<HttpEnv>, code: ProblemCode, requestId: string, details?: ProblemDetails): Response {
  c.var.ctx?.metrics.count('spa_refusals_total', { code })
  const response = isPanelPath(c.req.path)
    ? showProblem(c, code, requestId, details)
    : problemResponse(code, { language: languageOf(c.req.header('accept-language')), requestId, details })
  response.headers.set('x-request-id', requestId)
  return response
}
