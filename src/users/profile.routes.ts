import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { clientOf, clientSecurity, doneBy, type HttpEnv, json, jsonBody, newRoutes, problems } from '../http.ts'
import { getLoyalty } from '../loyalty/get-loyalty.ts'
import { loyaltySchema, renderLoyalty } from '../loyalty/loyalty.view.ts'
import { ProblemError } from '../platform/problem.ts'
import { findUserById } from './find-users.ts'
import { renameUser } from './rename-user.ts'

export const profileRoutes = newRoutes()

const profileSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    surname: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    unique_code: z.string().nullable().openapi({ description: 'Made on the first request of the booking form' }),
    ...loyaltySchema.shape,
  })
  .openapi('Profile')

profileRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/me',
    operationId: 'getProfile',
    tags: ['profile'],
    summary: "The client's profile, code, balance and level",
    security: clientSecurity,
    responses: { 200: json(profileSchema, 'Profile') },
  }),
  async (c) => c.json(await profileOf(c), 200),
)

profileRoutes.openapi(
  createRoute({
    method: 'patch',
    path: '/me',
    operationId: 'updateProfile',
    tags: ['profile'],
    summary: "Change the client's name",
    security: clientSecurity,
    request: jsonBody(
      z.strictObject({ name: z.string().trim().min(1).max(100), surname: z.string().trim().max(100) }).partial(),
    ),
    responses: {
      200: json(profileSchema, 'Profile'),
      ...problems({
        400: ['malformed_json'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { name, surname } = c.req.valid('json')
    const renamed = await renameUser(c.var.ctx, clientOf(c).id, { name, surname }, doneBy(c))
    if (!renamed) throw new ProblemError('unauthenticated')
    return c.json(await profileOf(c), 200)
  },
)

async function profileOf(c: HonoContext<HttpEnv>): Promise<z.infer<typeof profileSchema>> {
  const { ctx, language } = c.var
  const { id } = clientOf(c)
  const [user, loyalty] = await Promise.all([findUserById(ctx, id), getLoyalty(ctx, id)])
  // The token outlived its owner.
  if (!user || !loyalty) throw new ProblemError('unauthenticated')
  const { name, surname, phone, email, uniqueCode } = user
  const rendered = renderLoyalty(loyalty, ctx.config.branchTimezone, language)
  return { id, name, surname, phone, email, unique_code: uniqueCode, ...rendered }
}
