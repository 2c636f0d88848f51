import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test as plain } from 'vitest'
import { OWNER } from './salon.ts'

const stage = inject('stage')

/** A test that needs a browser; skipped where none runs (the set-up says what to do about it). */
export const test = plain.skipIf(stage === undefined)

export const origin = stage?.origin ?? ''
/** The stand-in for YClients, which tests steer through its remote control. */
export const yclients = stage?.yclients ?? ''
let browser: Browser | undefined
let signedIn: BrowserContextOptions['storageState']

beforeAll(async () => {
  if (!stage) return
  browser = await chromium.connect(stage.browser)
  const page = await openPage({}, 'nobody')
  await page.goto('/admin/login')
  await logIn(page)
  signedIn = await page.context().storageState()
  await page.context().close()
})

afterAll(async () => {
  await browser?.close()
})

/** A new window of its own, the owner signed in. Whatever it asks of another origin, and whatever breaks, fails the test. */
export async function openPage(options: BrowserContextOptions = {}, who: 'owner' | 'nobody' = 'owner'): Promise<Page> {
  if (!browser) throw new Error('no browser')
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'ru-RU',
    ...(who === 'owner' && signedIn && { storageState: signedIn }),
    ...options,
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`asked for ${request.url()}`)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // Refused forms answer with the status of their refusal, which a browser notes.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  opened.push({ page, complaints })
  return page
}

const opened: { readonly page: Page; readonly complaints: string[] }[] = []

/** Closes the windows of a test; to be called at its end. */
export async function closePages(): Promise<void> {
  const all = opened.splice(0)
  await Promise.all(all.map(({ page }) => page.context().close()))
  expect(all.flatMap(({ complaints }) => complaints)).toEqual([])
}

/** Types e-mail and password, and sends them. */
export async function logIn(page: Page, password = OWNER.password): Promise<void> {
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Пароль').fill(password)
  await page.getByRole('button', { name: 'Войти' }).click()
}
