import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, json, linkHeader, linkNext, newRoutes, pageQuery, problems, readCursor } from '../http.ts'
import { listAudit } from '../ops/list-audit.ts'
import { formatInZone } from '../platform/time.ts'

export const adminAuditRoutes = newRoutes()

const factsSchema = z.record(z.string(), z.unknown())
const auditSchema = z
  .object({
    id: z.int(),
    at: z.string().openapi({ format: 'date-time' }),
    actor: z.string().openapi({ description: 'admin:3, client:17, system or anonymous' }),
    role: z.string().nullable().openapi({ description: 'Of an administrator, at that time' }),
    action: z.string(),
    entity: z.string(),
    entity_id: z.string(),
    details: factsSchema.openapi({ description: 'before and after: the changed fields, without personal data' }),
    request_id: z.string().nullable(),
  })
  .openapi('AuditEntry')

const word = z.string().trim().min(1).max(100)

adminAuditRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/admin/audit',
    operationId: 'listAudit',
    tags: ['administrators'],
    summary: 'Who changed what, newest first',
    security: adminSecurity,
    request: {
      query: pageQuery
        .extend({
          entity: word.optional().openapi({ example: 'user' }),
          entity_id: word.optional(),
          actor: word.optional().openapi({ example: 'admin:1' }),
        })
        .refine((query) => query.entity_id === undefined || query.entity !== undefined, {
          message: 'entity is required with it',
          path: ['entity_id'],
        }),
    },
    responses: {
      200: { ...json(z.array(auditSchema), 'One page of the log'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { entity, entity_id, actor, limit, cursor } = c.req.valid('query')
    const { entries, nextBeforeId } = await listAudit(ctx, {
      entity,
      entityId: entity_id,
      actor,
      beforeId: readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER,
      limit,
    })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    return c.json(
      entries.map((entry) => ({
        id: entry.id,
        at: formatInZone(entry.at, ctx.config.branchTimezone),
        actor: entry.actor,
        role: entry.role,
        action: entry.action,
        entity: entry.entity,
        entity_id: entry.entityId,
        details: factsSchema.parse(JSON.parse(entry.details)),
        request_id: entry.requestId,
      })),
      200,
    )
  },
)
