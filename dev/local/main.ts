import { type Children, createChildren, LoggedFailure } from './processes.ts'

const ORPHAN_POLL_MS = 200

export interface Run {
  readonly children: Children
  /** Something to do before the process ends, however it ends. */
  atEnd(cleanUp: () => void): void
  /** Aborted as soon as the end begins: what fails from then on is no news. */
  readonly ending: AbortSignal
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The frame of every command: whatever happens (success, error, Ctrl-C, closed terminal), the children end first and the
 * process after them. `work` gives the exit code; `interruptedCode` is that of an end by signal.
 */
export async function runMain(interruptedCode: number, work: (run: Run) => Promise<number>): Promise<never> {
  const children = createChildren()
  const cleanUps: (() => void)[] = []
  const ending = new AbortController()
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(interruptedCode))
    // Whoever read our output has gone (`| head`); nobody is left to work for.
    process.stdout.on('error', () => resolve(1))
    // npm passes a signal on to its shell, and the shell dies of it without telling us.
    const parent = process.ppid
    const orphaned = () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent
    setInterval(() => orphaned() && resolve(interruptedCode), ORPHAN_POLL_MS).unref()
  })
  process.on('exit', () => {
    children.killAll()
    for (const cleanUp of cleanUps) cleanUp()
  })

  let code: number
  try {
    const run: Run = { children, atEnd: (cleanUp) => cleanUps.push(cleanUp), ending: ending.signal }
    code = await Promise.race([work(run), interrupted])
  } catch (error) {
    code = 1
    report(error)
  }
  ending.abort()
  await children.stopAll()
  process.exit(code)
}

/** What went wrong, in a line, and the log that may explain it. */
function report(error: unknown): void {
  console.error(`\n✗ ${messageOf(error)}`)
  if (error instanceof LoggedFailure && error.log !== '') console.error(error.log.replace(/^/gm, '  │ '))
}
