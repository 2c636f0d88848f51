import { createRoute } from '@hono/zod-openapi'
import { adminSecurity, json, newRoutes } from '../http.ts'
import { diagnosisSchema, renderDiagnosis } from '../ops/doctor/doctor.view.ts'
import { examine } from '../ops/doctor/examine.ts'

export const adminDoctorRoutes = newRoutes()

adminDoctorRoutes.openapi(
  createRoute({
    tags: ['admin'],
    security: adminSecurity,
    method: 'get',
    path: '/admin/doctor',
    operationId: 'examine',
    summary: 'Settings, access to YClients, webhook, cron, queue and levels: what is wrong and what to do about it',
    description: 'Asks YClients eight times, so it takes some seconds. Names settings, never what they contain.',
    responses: { 200: json(diagnosisSchema, 'What was found') },
  }),
  async (c) => {
    const { ctx, language } = c.var
    const diagnosis = await examine(ctx, { env: c.env, origin: new URL(c.req.url).origin })
    c.header('cache-control', 'no-store')
    return c.json(renderDiagnosis(diagnosis, language), 200)
  },
)
