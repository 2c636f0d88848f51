import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../dev/local/ports.ts'
import { createChildren } from '../../dev/local/processes.ts'
import { SIMULATOR_ACCESS, writeVars } from '../../dev/local/settings.ts'
import { LOCAL_OWNER, signInOwner } from '../../dev/local/sign-in.ts'
import { startSimulator } from '../../dev/local/simulator.ts'
import { applyMigrations, runSql, startWorker } from '../../dev/local/worker.ts'

/** Where another integration of the salon gets its webhooks; nobody listens there. */
export const FOREIGN_HOOK = 'http://127.0.0.1:1/crm?key=their-secret'

export interface LocalSalon {
  /** Origin of a real local Worker on a new database, with an owner. */
  readonly api: string
  /** The YClients that it talks to. */
  readonly yclients: string
  readonly webhookSecret: string
  readonly owner: typeof LOCAL_OWNER
  readonly ownerToken: string
  /** A folder of its own that goes with it. */
  readonly dir: string
  stop(): Promise<void>
}

/** What `npm run dev` starts, in a folder of its own and for one test file. `rows` is SQL that the database begins with. */
export async function startLocalSalon(rows = ''): Promise<LocalSalon> {
  const dir = mkdtempSync(join(tmpdir(), 'spa-test-'))
  const children = createChildren()
  // Vitest may give a hook up and end.
  process.once('exit', children.killAll)
  const stop = async () => {
    await children.stopAll()
    process.off('exit', children.killAll)
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const [port, simulatorPort] = [await freePort(0), await freePort(0)]
    if (port === undefined || simulatorPort === undefined) throw new Error('no free port')
    const api = `http://127.0.0.1:${port}`
    const yclients = `http://127.0.0.1:${simulatorPort}`
    const place = { stateDir: join(dir, 'state'), varsFile: join(dir, 'worker.vars') }
    // Nobody is to be sent anything.
    const secrets = writeVars(place.varsFile, { ...SIMULATOR_ACCESS, baseUrl: yclients }, 'http://127.0.0.1:1', {
      YCLIENTS_MIN_INTERVAL_MS: '0',
    })
    await Promise.all([
      startSimulator(children, { port: simulatorPort, webhookUrl: FOREIGN_HOOK, rateLimit: false }),
      applyMigrations(children, place),
    ])
    const file = join(dir, 'rows.sql')
    writeFileSync(file, rows)
    await Promise.all([startWorker(children, place, port), rows === '' ? undefined : runSql(children, place, file)])
    const ownerToken = await signInOwner(api, secrets.bootstrapSecret)
    return { api, yclients, webhookSecret: secrets.webhookSecret, owner: LOCAL_OWNER, ownerToken, dir, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
