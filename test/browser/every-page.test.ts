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
const WIDTHS = [360, 768, 1280]
const LOGIN = { name: 'login', path: '/admin/login' }

const MAX_PAGE_BYTES = 12_000
const MAX_ASSET_BYTES = 30_000

/** What axe finds, a line each. */
const findingsOf = ({ violations }: AxeResults) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`))

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 360 },
] as const)('axe finds nothing on any page, $colorScheme and $width pixels wide', async ({ colorScheme, width }) => {
  // axe is a script of another place, which the policy of the pages rightly refuses.
  const options = { colorScheme, bypassCSP: true, viewport: { width, height: 900 } }
  const [page, stranger] = [await openPage(options), await openPage(options, 'nobody')]
  for (const { name, path } of [LOGIN, ...PAGES]) {
    const window = name === 'login' ? stranger : page
    await window.goto(path)
    await window.addScriptTag({ path: AXE })
    // The script has just put it there.
    const found = await window.evaluate(() => (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run())
    expect([name, findingsOf(found)]).toEqual([name, []])
  }
})

describe.each(WIDTHS)('at %d pixels', (width) => {
  test('no page has to be pushed sideways; pictures are kept in test-results', async () => {
    mkdirSync(SHOTS, { recursive: true })
    const page = await openPage({ viewport: { width, height: 900 } })
    for (const { name, path } of PAGES) {
      await page.goto(path)
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true })
      expect([name, wider]).toEqual([name, 0])
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
