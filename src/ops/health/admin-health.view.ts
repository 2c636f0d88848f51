import { z } from '@hono/zod-openapi'
import type { Language } from '../../platform/problem.ts'
import type { AdminHealth } from './check-admin-health.ts'
import { CONDITION_CODES, CONDITIONS, sayCondition } from './conditions.ts'

const status = z.enum(['ok', 'attention', 'red'])

export const adminHealthSchema = z
  .object({
    status: status.openapi({ description: 'The worst of all; red: a person has to act now' }),
    version: z.string(),
    conditions: z.array(
      z.object({
        code: z.enum(CONDITION_CODES),
        status,
        text: z.string(),
        remedy: z.string().nullable(),
        link: z.string().nullable().openapi({ description: 'The page of the panel where it is put right' }),
      }),
    ),
  })
  .openapi('AdminHealth')

export const renderAdminHealth = (
  { status: worst, conditions }: AdminHealth,
  version: string,
  language: Language,
): z.infer<typeof adminHealthSchema> => ({
  status: worst,
  version,
  conditions: conditions.map((condition) => ({
    code: condition.code,
    status: CONDITIONS[condition.code].status,
    ...sayCondition(condition, language),
    link: CONDITIONS[condition.code].link,
  })),
})
