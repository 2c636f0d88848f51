import { createRoute, z } from '@hono/zod-openapi'
import { clientOf, clientSecurity, json, newRoutes, problems } from '../http.ts'
import { getLoyalty } from '../loyalty/get-loyalty.ts'
import { loyaltySchema, renderLoyalty } from '../loyalty/loyalty.view.ts'
import { ProblemError } from '../platform/problem.ts'
import { findUserById } from './find-users.ts'

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
    responses: { 200: json(profileSchema, 'Profile'), ...problems({ 401: ['unauthenticated'] }) },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const { id } = clientOf(c)
    const [user, loyalty] = await Promise.all([findUserById(ctx, id), getLoyalty(ctx, id)])
    // The token outlived its owner.
    if (!user || !loyalty) throw new ProblemError('unauthenticated')
    const { name, surname, phone, email, uniqueCode } = user
    const profile = {
      id,
      name,
      surname,
      phone,
      email,
      unique_code: uniqueCode,
      ...renderLoyalty(loyalty, language),
    }
    return c.json(profile, 200)
  },
)
