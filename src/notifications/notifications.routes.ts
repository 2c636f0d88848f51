import { createRoute, z } from '@hono/zod-openapi'
import { clientOf, clientSecurity, idSchema, json, jsonBody, newRoutes, problems, refuse } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { choicesPatch, choicesSchema, readPatch, renderChoices } from './choices.view.ts'
import { deviceSchema, renderDevice } from './device.view.ts'
import { choose, readChoices } from './read-choices.ts'
import { listDevices, registerDevice, removeDevice } from './register-device.ts'
import { readUnsubscribeToken, unsubscribe } from './unsubscribe.ts'
import { unsubscribePage } from './unsubscribe.view.ts'

export const notificationRoutes = newRoutes()
const common = { tags: ['notifications'], security: clientSecurity }

notificationRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/me/notifications',
    operationId: 'getNotifications',
    summary: 'What the client is told, by which channels and in which language',
    responses: { 200: json(choicesSchema, 'Choices') },
  }),
  async (c) => c.json(renderChoices(await readChoices(c.var.ctx, clientOf(c).id)), 200),
)

notificationRoutes.openapi(
  createRoute({
    ...common,
    method: 'patch',
    path: '/me/notifications',
    operationId: 'updateNotifications',
    summary: 'Switch channels and kinds of messages on and off; what is not named stays',
    request: jsonBody(choicesPatch),
    responses: {
      200: json(choicesSchema, 'Choices'),
      ...problems({ 400: ['malformed_json'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const choices = await choose(c.var.ctx, clientOf(c).id, readPatch(c.req.valid('json')))
    // The token outlived its owner.
    if (!choices) throw new ProblemError('unauthenticated')
    return c.json(renderChoices(choices), 200)
  },
)

notificationRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/me/devices',
    operationId: 'listDevices',
    summary: 'Phones that messages are pushed to',
    responses: { 200: json(z.array(deviceSchema), 'Phones') },
  }),
  async (c) => {
    const { ctx } = c.var
    const devices = await listDevices(ctx, clientOf(c).id)
    return c.json(
      devices.map((device) => renderDevice(device, ctx.config.branchTimezone)),
      200,
    )
  },
)

notificationRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/me/devices',
    operationId: 'registerDevice',
    summary: 'Push messages to this phone while the client is signed in on it; repeating it changes nothing',
    request: jsonBody(
      z.strictObject({
        token: z
          .string()
          .regex(/^[\x21-\x7E]{8,4096}$/, 'the registration token of FCM')
          .openapi({ description: 'From the SDK of Firebase' }),
        platform: z.enum(['android', 'ios', 'web']),
      }),
    ),
    responses: {
      200: json(deviceSchema, 'The phone'),
      ...problems({ 400: ['malformed_json'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { id: userId, sessionId } = clientOf(c)
    const device = await registerDevice(ctx, { userId, sessionId, ...c.req.valid('json') })
    if (!device.ok) return refuse(device)
    return c.json(renderDevice(device.value, ctx.config.branchTimezone), 200)
  },
)

notificationRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/me/devices/{id}',
    operationId: 'removeDevice',
    summary: 'Push nothing to this phone any more',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      204: { description: 'Done' },
      ...problems({ 404: ['device_not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const removed = await removeDevice(c.var.ctx, clientOf(c).id, c.req.valid('param').id)
    if (!removed.ok) return refuse(removed)
    return c.body(null, 204)
  },
)

const tokenQuery = z.object({ token: z.string().max(200) })
const page = { description: 'A small page for people', content: { 'text/html': { schema: z.string() } } }
const wrongLink = problems({ 403: ['wrong_unsubscribe_link'], 422: ['validation_failed'] })

notificationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/notifications/unsubscribe',
    operationId: 'showUnsubscribe',
    tags: ['notifications'],
    security: [],
    summary: 'Asks whether to end such mails; changes nothing, since programs look at links, too',
    request: { query: tokenQuery },
    responses: { 200: page, ...wrongLink },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const read = await readUnsubscribeToken(ctx, c.req.valid('query').token)
    if (!read) throw new ProblemError('wrong_unsubscribe_link')
    return c.html(unsubscribePage(language, 'ask'), 200)
  },
)

notificationRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/notifications/unsubscribe',
    operationId: 'unsubscribe',
    tags: ['notifications'],
    security: [],
    summary: 'Ends such mails, by the button or by the mail program itself (RFC 8058); repeating it changes nothing',
    request: { query: tokenQuery },
    responses: { 200: page, ...wrongLink },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const done = await unsubscribe(ctx, c.req.valid('query').token)
    if (!done.ok) return refuse(done)
    return c.html(unsubscribePage(language, 'done'), 200)
  },
)
