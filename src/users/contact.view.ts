import { z } from '@hono/zod-openapi'
import { ProblemError } from '../platform/problem.ts'
import { type Contact, readContact } from './contact.ts'

/** A phone or an e-mail, as the app sends them. */
export const contactFields = {
  phone: z.string().trim().min(1).max(32).optional().openapi({ example: '+7 900 000-00-00' }),
  email: z.string().trim().min(1).max(254).optional(),
}

/** The code that came, and the challenge from the answer to the request that sent it. */
export const codeFields = {
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits')
    .openapi({ example: '123456' }),
  challenge: z.string().max(100).optional(),
}

/** The one contact that was typed; refuses none, both, and what cannot be one. */
export function readTypedContact(typed: { phone?: string | undefined; email?: string | undefined }): Contact {
  const contact = readContact(typed)
  if (contact) return contact
  const field = typed.email === undefined ? 'phone' : 'email'
  throw new ProblemError('validation_failed', {
    errors: [{ field, message: 'one phone number or e-mail is required' }],
  })
}
