import { z } from '@hono/zod-openapi'
import { ROLES } from '../auth/actor.ts'
import { cleanField } from '../http.ts'
import { formatInZone } from '../platform/time.ts'
import type { Admin } from './admin.ts'

export const roleSchema = z.enum(ROLES)

export const adminSchema = z
  .object({
    id: z.int(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    active: z.boolean(),
    has_password: z.boolean().openapi({ description: 'false: signs in through Cloudflare Access only' }),
    created_at: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('Admin')

export const renderAdmin = (admin: Admin, zone: string): z.infer<typeof adminSchema> => ({
  id: admin.id,
  email: admin.email,
  name: admin.name,
  role: admin.role,
  active: admin.active,
  has_password: admin.hasPassword,
  created_at: formatInZone(admin.createdAt, zone),
})

/** As typed; what is wrong with one is the verbs' business. */
export const emailField = z.string().trim().min(1).max(254)
export const nameField = cleanField(100)
/** Longer ones are not even looked at. */
export const passwordField = z.string().min(1).max(1000).openapi({ format: 'password' })
/** For choosing one. */
export const newPasswordField = passwordField.openapi({
  format: 'password',
  description: '12 to 128 characters, at least 5 different ones, without the name in the e-mail address',
})
