import { z } from '@hono/zod-openapi'
import type { Language } from '../../platform/problem.ts'
import type { Diagnosis } from './examine.ts'
import { FINDING_CODES, FINDINGS, GROUPS, sayFinding } from './findings.ts'

const status = z.enum(['ok', 'attention', 'red'])

export const diagnosisSchema = z
  .object({
    status: status.openapi({ description: 'The worst that was found; red: a person has to act' }),
    checks: z.array(
      z.object({
        group: z.enum(GROUPS),
        code: z.enum(FINDING_CODES),
        status,
        text: z.string(),
        remedy: z.string().nullable(),
      }),
    ),
  })
  .openapi('Diagnosis')

export const renderDiagnosis = (found: Diagnosis, language: Language): z.infer<typeof diagnosisSchema> => ({
  status: found.status,
  checks: found.checks.map((check) => ({
    group: check.group,
    code: check.code,
    status: FINDINGS[check.code].status,
    ...sayFinding(check, language),
  })),
})
