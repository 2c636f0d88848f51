import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT } from './paths.ts'
import { type Child, type Children, LoggedFailure } from './processes.ts'

/** Where a local Worker keeps its database, and the file with its settings. */
export interface WorkerPlace {
  readonly stateDir: string
  readonly varsFile: string
}

const READY_MS = 60_000
const WRANGLER = join(PROJECT, 'node_modules', 'wrangler', 'bin', 'wrangler.js')

/**
 * With `--env-file` wrangler leaves the user's own `.dev.vars` alone, but variables of the shell still win over the file.
 * So it gets only those that programs need to run at all, and none that could be a setting of the Worker.
 */
const PASSED_ON =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TERM|TMPDIR|TEMP|TMP|XDG_.*|.*_PROXY|.*_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|SystemRoot|USERPROFILE|APPDATA|LOCALAPPDATA|ComSpec|PATHEXT)$/i

function wranglerEnv(): NodeJS.ProcessEnv {
  const passedOn = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)))
  return {
    ...passedOn,
    // Nobody is there to answer a question.
    CI: '1',
    FORCE_COLOR: '0',
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  }
}

function wrangler(name: string, args: readonly string[], { stateDir, varsFile }: WorkerPlace) {
  if (!existsSync(WRANGLER)) throw new Error('wrangler is not installed: npm ci')
  const place = ['--config', join(PROJECT, 'wrangler.toml'), '--persist-to', stateDir, '--env-file', varsFile]
  return { name, args: [WRANGLER, ...args, ...place], env: wranglerEnv() }
}

export const applyMigrations = (children: Children, place: WorkerPlace): Promise<void> =>
  children.run(wrangler('migrations', ['d1', 'migrations', 'apply', 'DB', '--local'], place))

/** Runs a file of SQL on the local database. */
export const runSql = (children: Children, place: WorkerPlace, file: string): Promise<void> =>
  children.run(wrangler('seed', ['d1', 'execute', 'DB', '--local', '--file', file], place))

/** `wrangler dev`, answering. `onLine` gets what it prints. */
export async function startWorker(
  children: Children,
  place: WorkerPlace,
  port: number,
  onLine?: (line: string) => void,
): Promise<Child> {
  const ports = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0']
  const child = children.start({
    ...wrangler('Worker (wrangler dev)', ['dev', ...ports, '--show-interactive-dev-session=false'], place),
    ...(onLine && { onLine }),
  })
  const [said] = await child.line(/Ready on http|Build failed/, READY_MS)
  // It would go on waiting for somebody to mend the code.
  if (said === 'Build failed') throw new LoggedFailure('Worker (wrangler dev): the build failed', child.tail())
  await answering(`http://127.0.0.1:${port}`)
  return child
}

/** The port opens a moment before the Worker behind it answers. */
async function answering(api: string): Promise<void> {
  let last = ''
  for (let tries = 0; tries < 40; tries++) {
    const answer = await fetch(`${api}/api/v1/health`).catch(() => undefined)
    if (answer?.ok) return
    last = answer === undefined ? 'no answer' : `${answer.status} ${await answer.text()}`
    await sleep(250)
  }
  throw new Error(`GET /api/v1/health: ${last}`)
}

/** Cron triggers never fire by themselves locally. */
export async function fireCron(api: string): Promise<void> {
  const answer = await fetch(`${api}/cdn-cgi/handler/scheduled?cron=*/30+*+*+*+*`)
  if (!answer.ok) throw new Error(`cron: ${answer.status}`)
}
