import { createRoute, z } from '@hono/zod-openapi'
import { checkCode } from '../auth/check-code.ts'
import { codeResponses, sendCode } from '../auth/send-code.view.ts'
import {
  addressOf,
  adminSecurity,
  doneBy,
  json,
  jsonBody,
  linkHeader,
  linkNext,
  newRoutes,
  pageQuery,
  problems,
  readCursor,
  refuse,
} from '../http.ts'
import { pageOf } from '../platform/page.ts'
import { ProblemError } from '../platform/problem.ts'
import { codeFields, contactFields, readTypedContact } from '../users/contact.view.ts'
import { createUser } from '../users/create-user.ts'
import { findUserById, findUsers } from '../users/find-users.ts'
import { renderUser, userSchema } from '../users/user.view.ts'

export const adminUserRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity }

adminUserRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/admin/users',
    operationId: 'findUsers',
    summary: 'Find clients by code (in any spelling), phone, e-mail or name',
    request: { query: pageQuery.extend({ query: z.string().trim().min(2).max(100) }) },
    responses: {
      200: { ...json(z.array(userSchema), 'One page of clients'), headers: linkHeader },
      ...problems({
        400: ['invalid_cursor'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { query, limit, cursor } = c.req.valid('query')
    const users = await findUsers(c.var.ctx, query, { afterId: readCursor(cursor)?.id ?? 0, limit: limit + 1 })
    const { page, lastOfMore } = pageOf(users, limit)
    linkNext(c, lastOfMore && { at: 0, id: lastOfMore.id })
    return c.json(page.map(renderUser), 200)
  },
)

adminUserRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/users/code',
    operationId: 'requestClientCode',
    summary: 'Send a code to a client who stands at the desk and is to be registered',
    request: jsonBody(z.strictObject(contactFields)),
    responses: codeResponses,
  }),
  (c) => sendCode(c, readTypedContact(c.req.valid('json')), 'contact'),
)

adminUserRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/admin/users',
    operationId: 'createUser',
    summary: 'Register a client at the desk by the code that he tells; earlier visits with this contact become his',
    request: jsonBody(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        surname: z.string().trim().max(100).default(''),
        ...contactFields,
        ...codeFields,
        consent_signed: z.boolean().default(false).openapi({
          description: 'The client signed the current consent to the processing of personal data on paper',
        }),
      }),
    ),
    responses: {
      201: json(userSchema.extend({ linked_bookings: z.int() }), 'Registered'),
      ...problems({
        400: ['malformed_json'],
        409: ['contact_taken'],
        422: ['validation_failed', 'code_wrong', 'code_expired'],
        429: ['too_many_requests'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { name, surname, code, challenge, consent_signed: consentSigned, ...typed } = c.req.valid('json')
    const contact = readTypedContact(typed)
    const checked = await checkCode(ctx, { contact, code, challenge, address: addressOf(c) })
    if (!checked.ok) return refuse(checked)
    const client = { name, surname, contact, code: checked.value, consentSigned }
    const created = await createUser(ctx, client, doneBy(c))
    if (!created.ok) return refuse(created)
    const user = await findUserById(ctx, created.value.userId)
    if (!user) throw new ProblemError('user_not_found')
    return c.json({ ...renderUser(user), linked_bookings: created.value.linkedBookings }, 201)
  },
)
