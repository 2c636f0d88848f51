import { createRoute, z } from '@hono/zod-openapi'
import { checkCode } from '../auth/check-code.ts'
import { codeResponses, sendCode } from '../auth/send-code.view.ts'
import {
  addressOf,
  clientOf,
  clientSecurity,
  doneBy,
  idSchema,
  json,
  jsonBody,
  newRoutes,
  problems,
  refuse,
} from '../http.ts'
import { formatInZone } from '../platform/time.ts'
import { addContact } from './add-contact.ts'
import { codeFields, contactFields, readTypedContact } from './contact.view.ts'
import type { StoredContact } from './contacts.store.ts'
import { listContacts } from './list-contacts.ts'
import { removeContact } from './remove-contact.ts'

export const contactRoutes = newRoutes()
const common = { tags: ['profile'], security: clientSecurity }

const contactSchema = z
  .object({
    id: z.int(),
    kind: z.enum(['phone', 'email']),
    value: z.string(),
    verified_at: z.iso.datetime({ offset: true }),
  })
  .openapi('Contact')

const renderContacts = (contacts: readonly StoredContact[], zone: string) =>
  contacts.map(({ id, kind, value, verifiedAt }) => ({ id, kind, value, verified_at: formatInZone(verifiedAt, zone) }))

contactRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    path: '/me/contacts',
    operationId: 'listContacts',
    summary: 'Proven phones and e-mails of the client (at most ten)',
    responses: {
      200: json(z.array(contactSchema), 'Contacts'),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    return c.json(renderContacts(await listContacts(ctx, clientOf(c).id), ctx.config.branchTimezone), 200)
  },
)

contactRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/me/contacts',
    operationId: 'requestContactCode',
    summary: 'Send a code to a new phone or e-mail; it is added when the code comes back',
    request: jsonBody(z.strictObject(contactFields)),
    responses: codeResponses,
  }),
  (c) => sendCode(c, readTypedContact(c.req.valid('json')), 'contact'),
)

contactRoutes.openapi(
  createRoute({
    ...common,
    method: 'post',
    path: '/me/contacts/confirm',
    operationId: 'confirmContact',
    summary: 'Add the contact that the code proves; earlier visits that name it become the client’s',
    request: jsonBody(z.strictObject({ ...contactFields, ...codeFields })),
    responses: {
      200: json(z.array(contactSchema), 'All contacts of the client'),
      ...problems({
        400: ['malformed_json'],
        404: ['user_not_found'],
        409: ['contact_taken', 'too_many_contacts'],
        422: ['validation_failed', 'code_wrong', 'code_expired'],
        429: ['too_many_requests'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const { code, challenge, ...typed } = c.req.valid('json')
    const contact = readTypedContact(typed)
    const checked = await checkCode(ctx, { contact, code, challenge, address: addressOf(c) })
    if (!checked.ok) return refuse(checked)
    const added = await addContact(ctx, { userId: clientOf(c).id, contact, code: checked.value }, doneBy(c))
    if (!added.ok) return refuse(added)
    return c.json(renderContacts(added.value, ctx.config.branchTimezone), 200)
  },
)

contactRoutes.openapi(
  createRoute({
    ...common,
    method: 'delete',
    path: '/me/contacts/{id}',
    operationId: 'removeContact',
    summary: 'Remove a contact; the last one stays',
    request: { params: z.object({ id: idSchema }) },
    responses: {
      200: json(z.array(contactSchema), 'The contacts that are left'),
      ...problems({
        404: ['contact_not_found'],
        409: ['last_contact'],
        422: ['validation_failed'],
      }),
    },
  }),
  async (c) => {
    const { ctx } = c.var
    const request = { userId: clientOf(c).id, contactId: c.req.valid('param').id }
    const removed = await removeContact(ctx, request, doneBy(c))
    if (!removed.ok) return refuse(removed)
    return c.json(renderContacts(removed.value, ctx.config.branchTimezone), 200)
  },
)
