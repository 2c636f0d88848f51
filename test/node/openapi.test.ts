import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { ACCESS } from '../../src/auth/access.ts'
import type { Context } from '../../src/context.ts'
import { createApp } from '../../src/handlers/fetch.ts'
import { parseConfig } from '../../src/platform/config.ts'
import { createMetrics } from '../../src/platform/metrics.ts'

async function readDocument(): Promise<string> {
  const config = parseConfig({ JWT_SECRET: 'x'.repeat(32) })
  // The document needs no database; a context with just the settings is enough to be served it.
  const metrics = createMetrics({ flushEveryMs: Number.POSITIVE_INFINITY })
  const app = createApp(() => ({ config, trace: {}, metrics, now: () => 0 }) as Context)
  const response = await app.fetch(new Request('http://spa.test/api/v1/openapi.json'), {})
  expect(response.status).toBe(200)
  return await response.text()
}

test('the OpenAPI document lints without errors', async () => {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // No licence is granted, and the server is wherever the document is read.
      'info-license': 'off',
      // The health check has nothing to refuse.
      'operation-4xx-response': 'off',
    },
  })
  const problems = await lintFromString({ source: await readDocument(), config })
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`)).toEqual(
    [],
  )
})

test('the OpenAPI document is version 3.1 and describes every route but the reader itself', async () => {
  const document: { openapi: string; paths: Record<string, Record<string, unknown>> } = JSON.parse(await readDocument())
  expect(document.openapi).toBe('3.1.0')
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const routes = Object.keys(ACCESS).filter(
    (route) => route.includes(' /api/') && !/\/(docs(\/:file)?|openapi\.json)$/.test(route),
  )
  expect(described.sort()).toEqual(routes.sort())
})

test('every route that not everybody may call says how it refuses, and changes by cookie say it of other sites', async () => {
  const document: { paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>> } =
    JSON.parse(await readDocument())
  for (const [route, access] of Object.entries(ACCESS)) {
    const [method = '', path = ''] = route.split(' ')
    const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    if (!operation || access === 'public' || access === 'webhook') continue
    expect([route, operation.responses['401']?.description]).toEqual([
      route,
      expect.stringContaining('unauthenticated'),
    ])
    const byCookie = access !== 'client' && method !== 'GET'
    const forbidden = operation.responses['403']?.description.split(', ') ?? []
    expect([route, forbidden.includes('cross_site_request')]).toEqual([route, byCookie])
  }
})
