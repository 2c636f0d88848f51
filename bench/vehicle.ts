import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { V4WorkerOptionsShape } from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from 'wrangler'
import { COST_HEADER, type Cost, type RequestCost } from './answers.ts'

const ROOT = join(import.meta.dirname, '..')
const CONFIG = join(ROOT, 'wrangler.toml')
const require = createRequire(import.meta.url)
// Miniflare comes with wrangler, hoisted or not; it is no package of ours.
const wranglersOwn = createRequire(require.resolve('wrangler'))
const { Miniflare, convertV4MiniflareOptions }: typeof import('miniflare') = wranglersOwn('miniflare')

// It warns of missing secrets; they are below.
process.env.WRANGLER_LOG ??= 'error'

export const versions = {
  wrangler: versionOf(require, 'wrangler'),
  miniflare: versionOf(wranglersOwn, 'miniflare'),
  workerd: versionOf(wranglersOwn, 'workerd'),
}

function versionOf(from: NodeJS.Require, name: string): string {
  const { version }: { version: string } = from(`${name}/package.json`)
  return version
}

export const SECRETS = {
  JWT_SECRET: 'bench-secret-bench-secret-bench-secret',
  YCLIENTS_API_TOKEN: 'partner-demo',
  YCLIENTS_USER_TOKEN: 'user-demo',
  YCLIENTS_WEBHOOK_SECRET: 'bench-webhook-secret',
}
export const WEBHOOK = `/api/v1/yclients/webhook?token=${SECRETS.YCLIENTS_WEBHOOK_SECRET}`

const MEMORY = '/dev/shm'

/** Where databases are kept. In memory, if the system has such a folder, the disk of this machine is no part of the figures. */
export const storageFor = (onDisk: boolean) =>
  !onDisk && existsSync(MEMORY) ? { kind: 'memory', parent: MEMORY } : { kind: 'disk', parent: tmpdir() }

/** A folder for everything the run writes. */
export const temporaryFolder = (parent: string) => mkdtemp(join(parent, 'spa-bench-'))
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })

/** What `wrangler deploy` would upload: the app, or another entry under the app's own settings. */
export async function bundle(folder: string, entry?: string): Promise<string> {
  const outdir = await mkdtemp(join(folder, 'bundle-'))
  const wrangler = join(require.resolve('wrangler/package.json'), '../bin/wrangler.js')
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', ...(entry ? [entry] : []), '--config', CONFIG, '--dry-run', '--outdir', outdir],
    { cwd: ROOT, env: { ...process.env, ...SECRETS, WRANGLER_SEND_METRICS: 'false' } },
  )
  const [script] = (await readdir(outdir)).filter((name) => name.endsWith('.js'))
  if (!script) throw new Error('wrangler wrote no bundle')
  return await readFile(join(outdir, script), 'utf8')
}

type D1 = Awaited<ReturnType<InstanceType<typeof Miniflare>['getD1Database']>>

/** A Worker that runs, with its own empty database and queues. */
export interface Vehicle extends AsyncDisposable {
  readonly url: URL
  /** Its database, migrated. */
  readonly d1: D1
  /** Asks one of the bench's own doors (`worker/worker.ts`); T is what that door answers. */
  ask<T>(door: string, body?: unknown): Promise<T>
  /** A request to the app, with what it cost. */
  call(method: string, path: string, options?: CallOptions): Promise<Called>
}

interface CallOptions {
  readonly token?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Called extends RequestCost {
  readonly status: number
  readonly body: unknown
}

export interface VehicleOptions {
  readonly folder: string
  readonly script: string
  readonly vars?: Readonly<Record<string, string>>
  /** Without consumers what is sent to a queue goes nowhere: for measuring the sender alone. */
  readonly consumers?: boolean
}

/** Bindings, queues and objects are those of wrangler.toml. */
export async function startVehicle({ folder, script, vars, consumers = true }: VehicleOptions): Promise<Vehicle> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(CONFIG)
  const { assets: _, durableObjects, queueConsumers, ...options }: V4WorkerOptionsShape = workerOptions
  const exportsLedger = script.includes('BonusLedger')
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
      ...(exportsLedger && { durableObjects }),
      ...(consumers && { queueConsumers }),
      // What clients are told of follows by a queue of its own, which would be counted wherever it happens to fall.
      bindings: { ...options.bindings, ...SECRETS, YCLIENTS_MIN_INTERVAL_MS: '0', NOTICES_ENABLED: 'false', ...vars },
      resourcePersistencePath: await mkdtemp(join(folder, 'state-')),
      cf: false,
      // The app logs each request; what it says is read and dropped.
      handleStructuredLogs: () => {},
    }),
  )
  const url = await miniflare.ready
  const d1 = await miniflare.getD1Database('DB')
  await migrate(d1)

  const post = (path: string, init: RequestInit) => fetch(new URL(path, url), init)
  return {
    url,
    d1,
    async ask<T>(door: string, body?: unknown) {
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? null)
      // The runtime resets a connection that was used again after an answer which took half a minute.
      const headers = { connection: 'close' }
      const response = await post(`/bench/${door}`, { method: 'POST', headers, body: text })
      if (!response.ok) throw new Error(`${door} answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as T // the caller names what the door answers
    },
    async call(method, path, { token, body, headers } = {}) {
      const response = await post(path, {
        method,
        headers: {
          ...headers,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
      })
      const text = await response.text()
      const header = response.headers.get(COST_HEADER)
      // Written by bench/worker/worker.ts; the app's own bundle does not write it.
      const cost = header ? (JSON.parse(decodeURIComponent(header)) as RequestCost) : { cost: FREE, texts: [] }
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text), ...cost }
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  }
}

const FREE: Cost = { roundTrips: 0, statements: 0, rowsRead: 0, rowsWritten: 0, messages: 0, objectCalls: 0 }

async function migrate(d1: D1): Promise<void> {
  const folder = join(ROOT, 'migrations')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  for (const file of files) {
    const statements = unstable_splitSqlQuery(await readFile(join(folder, file), 'utf8'))
    await d1.batch(statements.map((statement) => d1.prepare(statement)))
  }
}
