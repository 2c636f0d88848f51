import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  idSchema,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
} from '../http.ts'
import { listMessages } from '../notifications/list-messages.ts'
import { CHANNELS, NOTICE_KINDS, NOTICE_STATES } from '../notifications/notice.ts'
import { formatInZone } from '../platform/time.ts'

export const adminMessageRoutes = newRoutes()

const instant = z.iso.datetime({ offset: true })
const messageSchema = z
  .object({
    id: z.int(),
    user_id: z.int(),
    booking_id: z.int().nullable(),
    kind: z.enum(NOTICE_KINDS),
    state: z.enum(NOTICE_STATES),
    channel: z.enum(CHANNELS).nullable().openapi({ description: 'How it was sent, or tried last' }),
    attempts: z.int(),
    reason: z
      .string()
      .nullable()
      .openapi({ description: "Why it was skipped or failed: a word of ours, or a provider's code" }),
    due_at: instant,
    created_at: instant,
    updated_at: instant,
  })
  .openapi('ClientMessage')

adminMessageRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/admin/messages',
    operationId: 'listMessages',
    tags: ['admin'],
    summary: 'What a client was told, or why not, newest first; neither text nor address, which are kept nowhere',
    security: adminSecurity,
    request: { query: pageQuery.extend({ user_id: idSchema.optional(), booking_id: idSchema.optional() }) },
    responses: {
      200: { ...json(z.array(messageSchema), 'One page of messages'), headers: linkHeader },
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { user_id, booking_id, limit, cursor } = c.req.valid('query')
    const { messages, nextBeforeId } = await listMessages(ctx, {
      userId: user_id,
      bookingId: booking_id,
      beforeId: readCursor(cursor)?.id ?? Number.MAX_SAFE_INTEGER,
      limit,
    })
    linkNext(c, nextBeforeId === undefined ? undefined : { at: 0, id: nextBeforeId })
    const at = (time: number) => formatInZone(time, ctx.config.branchTimezone)
    return c.json(
      messages.map((message) => ({
        id: message.id,
        user_id: message.userId,
        booking_id: message.bookingId,
        kind: message.kind,
        state: message.state,
        channel: message.channel,
        attempts: message.attempts,
        reason: message.reason,
        due_at: at(message.dueAt),
        created_at: at(message.createdAt),
        updated_at: at(message.updatedAt),
      })),
      200,
    )
  },
)
