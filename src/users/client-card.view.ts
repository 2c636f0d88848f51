import { z } from '@hono/zod-openapi'
import { loyaltySchema, renderLoyalty } from '../loyalty/loyalty.view.ts'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { consentSchema, renderConsents } from './export.view.ts'
import type { ClientCard } from './get-client-card.ts'

const instant = z.iso.datetime({ offset: true })

export const clientCardSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    surname: z.string(),
    unique_code: z.string().nullable(),
    merged_codes: z
      .array(z.string())
      .openapi({ description: 'Codes of merged duplicates; they find this client, too' }),
    created_at: instant,
    contacts: z.array(z.object({ kind: z.enum(['phone', 'email']), value: z.string(), verified_at: instant })),
    consents: z.array(consentSchema),
    visits: z.object({
      upcoming: z.int(),
      completed: z.int(),
      completed_last_90_days: z.int(),
      no_show: z.int(),
      cancelled: z.int(),
      last_visit_at: instant.nullable(),
    }),
    ...loyaltySchema.shape,
  })
  .openapi('ClientCard')

export function renderClientCard(
  { person, contacts, consents, mergedCodes, visits, loyalty }: ClientCard,
  zone: string,
  language: Language,
): z.infer<typeof clientCardSchema> {
  return {
    id: person.id,
    name: person.name,
    surname: person.surname,
    unique_code: person.uniqueCode,
    merged_codes: [...mergedCodes],
    created_at: formatInZone(person.createdAt, zone),
    contacts: contacts.map(({ kind, value, verifiedAt }) => ({
      kind,
      value,
      verified_at: formatInZone(verifiedAt, zone),
    })),
    consents: renderConsents(consents, zone),
    visits: {
      upcoming: visits.upcoming,
      completed: visits.completed,
      completed_last_90_days: visits.recent,
      no_show: visits.noShow,
      cancelled: visits.cancelled,
      last_visit_at: visits.lastVisitAt === null ? null : formatInZone(visits.lastVisitAt, zone),
    },
    ...renderLoyalty(loyalty, zone, language),
  }
}
