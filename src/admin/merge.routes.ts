import { createRoute, z } from '@hono/zod-openapi'
import {
  adminSecurity,
  bodyIdSchema,
  doneBy,
  idempotencyHeader,
  idSchema,
  json,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
  refuse,
  requireIdempotencyKey,
} from '../http.ts'
import { findDuplicates } from '../users/find-duplicates.ts'
import { giveClientCodes } from '../users/give-client-codes.ts'
import { mergeUsers, previewMerge } from '../users/merge-users.ts'
import { SHARED } from '../users/shared.ts'
import { renderUser, userSchema } from '../users/user.view.ts'

export const adminMergeRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }

adminMergeRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/users/codes',
    operationId: 'giveClientCodes',
    summary: 'Make codes for clients who have none, some hundred at a time; repeat it until nobody remains',
    responses: {
      200: json(
        z.object({ given: z.int(), remaining: z.int() }).openapi('GivenCodes'),
        'How many got a code now, and how many still have none',
      ),
    },
  }),
  async (c) => c.json(await giveClientCodes(c.var.ctx, doneBy(c)), 200),
)

const suspicionSchema = z
  .object({
    users: z.array(userSchema).openapi({ description: 'Two clients, the older number first' }),
    shared: z.array(z.enum(SHARED)).openapi({
      description:
        'phone, email: a visit of the one names a contact of the other; card: visits of both under one client of YClients; name: the same name and surname',
    }),
  })
  .openapi('SuspectedDuplicate')

adminMergeRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/users/duplicates',
    operationId: 'findDuplicates',
    summary: 'Pairs of clients who may be one person; families share phones, so people decide',
    description: 'Looks at some hundred clients per page, so a page may be empty although there is a next one.',
    request: { query: pageQuery.pick({ cursor: true }) },
    responses: {
      200: { ...json(z.array(suspicionSchema), 'Pairs found among the clients of this page'), headers: linkHeader },
      ...problems({ 400: ['invalid_cursor'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { cursor } = c.req.valid('query')
    const { pairs, nextAfterId } = await findDuplicates(c.var.ctx, readCursor(cursor)?.id ?? 0)
    linkNext(c, nextAfterId === undefined ? undefined : { at: 0, id: nextAfterId })
    return c.json(
      pairs.map(({ users, shared }) => ({ users: users.map(renderUser), shared: [...shared] })),
      200,
    )
  },
)

const mergedSchema = z
  .object({
    user_id: z.int().openapi({ description: 'The duplicate' }),
    into: z.int().openapi({ description: 'The client who is left' }),
    dry_run: z.boolean(),
    visits: z.int(),
    contacts: z.int(),
    consents: z.int(),
    balance: z.int().openapi({ description: 'Points that move; negative: a debt' }),
  })
  .openapi('MergedClients')

adminMergeRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/users/{id}/merge',
    operationId: 'mergeUsers',
    summary: 'Make a duplicate one with the client it is a duplicate of. For good; try it with dry_run first',
    description:
      'Visits, contacts, consents and balance go over; the old code goes on to find the client who is left; the duplicate is signed out. `Idempotency-Key` is required unless `dry_run`.',
    request: {
      params: z.object({ id: idSchema }),
      headers: idempotencyHeader,
      body: {
        required: true,
        content: {
          'application/json': { schema: z.strictObject({ into: bodyIdSchema, dry_run: z.boolean().default(false) }) },
        },
      },
    },
    responses: {
      200: {
        ...json(mergedSchema, 'What moved, or with dry_run what would'),
        headers: {
          'Idempotency-Replayed': { description: 'true if nothing happened now', schema: { type: 'string' as const } },
        },
      },
      ...problems({
        400: ['malformed_json', 'idempotency_key_required'],
        404: ['user_not_found'],
        409: ['already_merged'],
        422: ['validation_failed', 'merge_with_itself', 'idempotency_key_reused'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { into, dry_run: dryRun } = c.req.valid('json')
    const from = c.req.valid('param').id
    const merged = dryRun
      ? await previewMerge(ctx, { from, into })
      : await mergeUsers(ctx, into, {
          from,
          idempotencyKey: requireIdempotencyKey(c.req.valid('header')['idempotency-key']),
          by: doneBy(c),
        })
    if (!merged.ok) return refuse(merged)
    const { fromUserId, intoUserId, visits, contacts, consents, balancePoints, replayed } = merged.value
    if (replayed) c.header('Idempotency-Replayed', 'true')
    return c.json(
      {
        user_id: fromUserId,
        into: intoUserId,
        dry_run: dryRun,
        visits,
        contacts,
        consents,
        balance: balancePoints,
      },
      200,
    )
  },
)
