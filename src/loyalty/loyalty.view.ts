import { z } from '@hono/zod-openapi'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { explainEntry } from './explain-entry.ts'
import type { Loyalty } from './get-loyalty.ts'
import { ENTRY_KINDS } from './ledger-entry.ts'
import type { LoyaltyLevel } from './levels.ts'
import type { EntryRow } from './loyalty.store.ts'

const levelSchema = z.object({ code: z.string(), name: z.string(), percent: z.number() }).openapi('LoyaltyLevel')

export const loyaltySchema = z
  .object({
    balance: z.int().openapi({ description: 'Points; 1 point = 1 ruble' }),
    expiring: z.array(z.object({ points: z.int(), expires_at: z.string().openapi({ format: 'date-time' }) })).openapi({
      description: 'Points that expire unless they are spent before, soonest first; the next twelve dates',
    }),
    spent_total: z.int().openapi({ description: 'Kopecks paid for completed visits' }),
    level: levelSchema.nullable(),
    next_level: levelSchema.extend({ remaining: z.int().openapi({ description: 'Kopecks to go' }) }).nullable(),
  })
  .openapi('Loyalty')

export const entrySchema = z
  .object({
    id: z.int(),
    kind: z.enum(ENTRY_KINDS),
    points: z.int(),
    balance_after: z.int(),
    booking_id: z.int().nullable(),
    price: z.int().nullable().openapi({ description: 'Kopecks' }),
    base: z.int().nullable().openapi({ description: 'Kopecks the percent was taken of' }),
    level: z.string().nullable(),
    percent: z.number().nullable(),
    counterpart_user_id: z
      .int()
      .nullable()
      .openapi({ description: 'Of points that moved because two clients were merged: the other client' }),
    expires_at: z.string().nullable().openapi({
      format: 'date-time',
      description: 'Of points that were given: what is not spent until then expires; null: never',
    }),
    explanation: z.string(),
    created_at: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('BonusEntry')

const PERCENT_IN_BASIS_POINTS = 100

const renderLevel = (level: LoyaltyLevel, language: Language) => ({
  code: level.code,
  name: language === 'en' ? level.nameEn : level.nameRu,
  percent: level.percentBasisPoints / PERCENT_IN_BASIS_POINTS,
})

export const renderLoyalty = (loyalty: Loyalty, zone: string, language: Language): z.infer<typeof loyaltySchema> => ({
  balance: loyalty.balancePoints,
  expiring: loyalty.expiring.map(({ points, expiresAt }) => ({ points, expires_at: formatInZone(expiresAt, zone) })),
  spent_total: loyalty.spendKopecks,
  level: loyalty.level ? renderLevel(loyalty.level, language) : null,
  next_level: loyalty.next
    ? { ...renderLevel(loyalty.next.level, language), remaining: loyalty.next.remainingKopecks }
    : null,
})

export const renderEntry = (entry: EntryRow, zone: string, language: Language): z.infer<typeof entrySchema> => ({
  id: entry.id,
  kind: entry.kind,
  points: entry.points,
  balance_after: entry.balanceAfterPoints,
  booking_id: entry.bookingId,
  price: entry.priceKopecks,
  base: entry.baseKopecks,
  level: entry.levelCode,
  percent: entry.percentBasisPoints === null ? null : entry.percentBasisPoints / PERCENT_IN_BASIS_POINTS,
  counterpart_user_id: entry.counterpartUserId,
  expires_at: entry.expiresAt === null ? null : formatInZone(entry.expiresAt, zone),
  explanation: explainEntry(entry, language),
  created_at: formatInZone(entry.createdAt, zone),
})
