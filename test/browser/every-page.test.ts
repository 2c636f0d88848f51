import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { AxeResults } from 'axe-core'
import type { Response } from 'playwright-core'
import { afterEach, describe, expect } from 'vitest'
import { PROJECT } from '../../dev/local/paths.ts'
import { PAGES } from './support/pages.ts'
import { closePages, openPage, origin, test } from './support/stage.ts'

afterEach(closePages)

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const SHOTS = join(PROJECT, 'test-results')
const LOOKS = [
  { width: 1280, scheme: 'light' },
  { width: 768, scheme: 'light' },
  { width: 360, scheme: 'dark' },
] as const
const LOGIN = { name: 'login', path: '/admin/login' }

const MAX_PAGE_BYTES = 12_000
const MAX_ASSET_BYTES = 30_000

/** What axe finds, a line each. */
const findingsOf = ({ violations }: AxeResults) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`))

describe.each([LOGIN, ...PAGES])('the page $name', ({ name, path }) => {
  test('is right at every width and in both schemes', async () => {
    mkdirSync(SHOTS, { recursive: true })
    // axe is a script of another place, which the policy of the pages rightly refuses.
    const page = await openPage({ bypassCSP: true }, name === LOGIN.name ? 'nobody' : 'owner')
    await page.goto(path)
    await page.addScriptTag({ path: AXE })
    for (const { width, scheme } of LOOKS) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: scheme })
      await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true })
      // Nothing has to be pushed sideways.
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect([width, wider]).toEqual([width, 0])
      // Colours depend on the scheme, order and names on neither; so not all of them at all widths.
      if (width === 768) continue
      const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run()) // put there above
      expect([scheme, findingsOf(found)]).toEqual([scheme, []])
    }
  })
})

test('no page weighs more than 12 KB, and all that they load together no more than 30 KB', async () => {
  const page = await openPage()
  const loaded = new Map<string, number>()
  const weighed: Promise<void>[] = []
  const weigh = async (response: Response) => {
    if (response.status() === 200) loaded.set(response.url(), gzipSync(await response.body()).byteLength)
  }
  page.on('response', (response) => weighed.push(weigh(response)))
  for (const { path } of PAGES) {
    await page.goto(path)
    await Promise.all(weighed.splice(0))
  }
  const sizes = [...loaded].map(([url, size]) => ({ path: url.replace(origin, ''), size }))
  const assets = sizes.filter(({ path }) => path.startsWith('/admin/assets/'))
  expect(assets.length).toBe(2)
  expect(assets.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MAX_ASSET_BYTES)
  expect(sizes.filter(({ size }) => size > MAX_PAGE_BYTES)).toEqual([])
})
