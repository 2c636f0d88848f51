import { z } from '@hono/zod-openapi'
import type { Language } from '../../platform/problem.ts'
import { sayCondition, statusOf } from '../health/conditions.ts'
import type { Diagnosis } from './examine.ts'
import { FINDINGS, GROUPS, sayFinding } from './findings.ts'

const status = z.enum(['ok', 'attention', 'red'])

export const diagnosisSchema = z
  .object({
    status: status.openapi({ description: 'The worst that was found; red: a person has to act' }),
    checks: z.array(
      z.object({
        group: z.enum([...GROUPS, 'work']).openapi({ description: 'work: as in the health check' }),
        code: z.string(),
        status,
        text: z.string(),
        remedy: z.string().nullable(),
      }),
    ),
  })
  .openapi('Diagnosis')

export const renderDiagnosis = (found: Diagnosis, language: Language): z.infer<typeof diagnosisSchema> => ({
  status: found.status,
  checks: [
    ...found.checks.map((check) => ({
      group: check.group,
      code: check.code,
      status: FINDINGS[check.code].status,
      ...sayFinding(check, language),
    })),
    ...found.conditions.map((condition) => ({
      group: 'work' as const,
      code: condition.code,
      status: statusOf(condition),
      ...sayCondition(condition, language),
    })),
  ],
})
