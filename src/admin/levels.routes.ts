import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, cleanField, doneBy, json, jsonBody, newRoutes, problems, refuse } from '../http.ts'
import { changeLevels } from '../loyalty/change-levels.ts'
import { type LoyaltyLevel, WHOLE_BASIS_POINTS } from '../loyalty/levels.ts'
import { listLevels } from '../loyalty/list-levels.ts'

export const adminLevelRoutes = newRoutes()
const common = { tags: ['admin'], security: adminSecurity, path: '/admin/levels' }

/** More is no ladder that anybody understands. */
const MAX_LEVELS = 10
const MAX_KOPECKS = 10_000_000_000

const name = cleanField(40)
const levelSchema = z
  .strictObject({
    code: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/)
      .openapi({ example: 'silver' }),
    name_ru: name,
    name_en: name,
    min_spend: z.int().min(0).max(MAX_KOPECKS).openapi({ description: 'Kopecks paid for completed visits' }),
    percent_basis_points: z.int().min(0).max(WHOLE_BASIS_POINTS).openapi({ description: '500 = 5 %', example: 500 }),
  })
  .openapi('LoyaltyLevelSettings')
const levelsSchema = z.object({ levels: z.array(levelSchema) })

const renderLevels = (levels: readonly LoyaltyLevel[]): z.infer<typeof levelsSchema> => ({
  levels: levels.map(({ code, nameRu, nameEn, minSpendKopecks, percentBasisPoints }) => ({
    code,
    name_ru: nameRu,
    name_en: nameEn,
    min_spend: minSpendKopecks,
    percent_basis_points: percentBasisPoints,
  })),
})

adminLevelRoutes.openapi(
  createRoute({
    ...common,
    method: 'get',
    operationId: 'listLevels',
    summary: 'Levels of cashback, lowest first',
    responses: { 200: json(levelsSchema, 'All levels') },
  }),
  async (c) => c.json(renderLevels(await listLevels(c.var.ctx)), 200),
)

adminLevelRoutes.openapi(
  createRoute({
    ...common,
    method: 'put',
    operationId: 'changeLevels',
    summary: 'Put these levels in place of all that there are; what visits have earned stays',
    request: jsonBody(z.strictObject({ levels: z.array(levelSchema).min(1).max(MAX_LEVELS) })),
    responses: {
      200: json(levelsSchema, 'The levels as they are now'),
      ...problems({ 400: ['malformed_json'], 422: ['validation_failed', 'levels_not_ascending'] }),
    },
  }),
  async (c) => {
    const levels = c.req.valid('json').levels.map((level) => ({
      code: level.code,
      nameRu: level.name_ru,
      nameEn: level.name_en,
      minSpendKopecks: level.min_spend,
      percentBasisPoints: level.percent_basis_points,
    }))
    const changed = await changeLevels(c.var.ctx, levels, doneBy(c))
    if (!changed.ok) return refuse(changed)
    return c.json(renderLevels(changed.value), 200)
  },
)
