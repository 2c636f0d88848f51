import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { type BrowserServer, chromium } from 'playwright-core'
import { PROJECT } from '../../../dev/local/paths.ts'

const INSTALLED = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome.exe', 'msedge.exe']
const PLACES = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/Applications/Google Chrome.app/Contents/MacOS',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((root) =>
    root === undefined ? [] : [join(root, 'Google/Chrome/Application'), join(root, 'Microsoft/Edge/Application')],
  ),
]

interface Candidate {
  readonly executablePath: string
  readonly env?: NodeJS.ProcessEnv
}

/**
 * A running Chromium: the one of the npm package, with the libraries of the machine or those that it brings along, or one
 * that is installed. Undefined if none of them runs here.
 */
export async function startChromium(): Promise<BrowserServer | undefined> {
  for (const find of [packed, installed]) {
    for (const candidate of await find().catch((): Candidate[] => [])) {
      const { executablePath, env } = candidate
      const server = await chromium.launchServer({ executablePath, ...(env && { env }) }).catch(() => undefined)
      if (server) return server
    }
  }
  return undefined
}

/** Unpacked once into the caches of node_modules, where `npm ci` clears it away. */
async function packed(): Promise<Candidate[]> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return []
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const { version } = createRequire(import.meta.url)(join(dirname(entry), '..', 'package.json'))
  const place = join(PROJECT, 'node_modules', '.cache', `chromium-${version}`)
  const executablePath = join(place, 'chromium')
  const { default: packedChromium, inflate } = await import('@sparticuz/chromium')
  await inTemporaryDirectory(place, async () => {
    if (!existsSync(executablePath)) await packedChromium.executablePath()
    if (!existsSync(join(place, 'al2023'))) await inflate(join(dirname(entry), '..', 'bin', 'al2023.tar.br'))
  })
  return [
    { executablePath },
    { executablePath, env: { ...process.env, LD_LIBRARY_PATH: join(place, 'al2023', 'lib') } },
  ]
}

/** The package unpacks to the system's temporary directory, which others share and may have filled with another version. */
async function inTemporaryDirectory(place: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(place, { recursive: true })
  const before = process.env.TMPDIR
  process.env.TMPDIR = place
  try {
    await work()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

async function installed(): Promise<Candidate[]> {
  const asked = process.env.CHROMIUM_PATH
  const found = PLACES.flatMap((place) => [...INSTALLED, 'Google Chrome'].map((name) => join(place, name)))
  return [...(asked ? [asked] : []), ...found]
    .filter((path) => existsSync(path))
    .map((executablePath) => ({ executablePath }))
}
