import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { PROJECT } from '../../../dev/local/paths.ts'
import { freePort } from '../../../dev/local/ports.ts'
import { createChildren } from '../../../dev/local/processes.ts'
import { SIMULATOR_ACCESS, writeVars } from '../../../dev/local/settings.ts'
import { runSql, startWorker } from '../../../dev/local/worker.ts'
import { startChromium } from './chromium.ts'
import { OWNER, salonSql } from './salon.ts'
import { startYclients } from './yclients.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the panel and the browser are; undefined if no browser runs on this machine. */
    stage: { readonly origin: string; readonly browser: string; readonly yclients: string } | undefined
  }
}

const TO_DO = 'install Chrome or Chromium (or set CHROMIUM_PATH), or run on Linux x64 after `npm ci`'

/** Starts one Worker with one salon, and one browser, for all files. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const browser = await startChromium()
  if (!browser) {
    if (process.env.REQUIRE_BROWSER === '1') throw new Error(`no browser runs here: ${TO_DO}`)
    console.log(`The panel is not tested in a real browser, because none runs here: ${TO_DO}.`)
    project.provide('stage', undefined)
    return undefined
  }
  const directory = mkdtempSync(join(tmpdir(), 'spa-browser-'))
  const children = createChildren()
  const stops: (() => void)[] = []
  const stop = async () => {
    await browser.close()
    for (const each of stops) each()
    await children.stopAll()
    rmSync(directory, { recursive: true, force: true })
  }
  // However this process ends, nothing that it started lives on.
  process.on('exit', () => children.killAll())
  try {
    const place = { stateDir: join(directory, 'state'), varsFile: join(directory, 'worker.vars') }
    mkdirSync(place.stateDir)
    const port = (await freePort(0)) ?? 0
    const origin = `http://127.0.0.1:${port}`
    const yclients = await startYclients()
    stops.push(yclients.stop)
    // Nobody is there: the panel asks no provider of messages.
    const nowhere = 'http://127.0.0.1:9'
    const access = { ...SIMULATOR_ACCESS, baseUrl: yclients.url }
    const others = { YCLIENTS_MIN_INTERVAL_MS: '0' }
    const { bootstrapSecret, webhookSecret } = writeVars(place.varsFile, access, nowhere, others)
    yclients.sendTo(`${origin}/api/v1/yclients/webhook?token=${webhookSecret}`)
    // In one go: each command of wrangler takes seconds to start.
    const sql = join(directory, 'salon.sql')
    writeFileSync(sql, [...migrations(), salonSql(Date.now())].join('\n'))
    await runSql(children, place, sql)
    await startWorker(children, place, port)
    await post(`${origin}/api/v1/admin/bootstrap`, { secret: bootstrapSecret, ...OWNER })
    project.provide('stage', { origin, browser: browser.wsEndpoint(), yclients: yclients.url })
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

function migrations(): string[] {
  const directory = join(PROJECT, 'migrations')
  const files = readdirSync(directory).filter((name) => name.endsWith('.sql'))
  return files.sort().map((name) => readFileSync(join(directory, name), 'utf8'))
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
}
