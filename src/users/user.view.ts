import { z } from '@hono/zod-openapi'
import type { User } from './user.ts'

export const userSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    surname: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    unique_code: z.string().nullable(),
    bonus_balance: z.int(),
  })
  .openapi('User')

export const renderUser = (user: User): z.infer<typeof userSchema> => ({
  id: user.id,
  name: user.name,
  surname: user.surname,
  phone: user.phone,
  email: user.email,
  unique_code: user.uniqueCode,
  bonus_balance: user.bonusBalancePoints,
})
