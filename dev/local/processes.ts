import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

export interface Command {
  /** How people know it. */
  readonly name: string
  /** A script and its arguments, run by the same Node as this one. */
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly onLine?: (line: string) => void
}

export interface Child {
  readonly name: string
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>
  /** Waits for a line of its output; throws if it ends or takes too long before. */
  line(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>
  /** The last lines it wrote. */
  tail(): string
}

/** An error with the end of a child's output, which may explain it. */
export class LoggedFailure extends Error {
  readonly log: string
  constructor(message: string, log: string) {
    super(message)
    this.log = log
  }
}

export interface Children {
  start(command: Command): Child
  /** Runs a command to its end; throws if it fails. */
  run(command: Command): Promise<void>
  /** Ends everything that was started, with all of its own children, and waits until they are gone. */
  stopAll(): Promise<void>
  /** The same at once, for the last moment of this process. */
  killAll(): void
}

const TAIL_LINES = 25
const STOP_MS = 5_000
const LAST_LINES_MS = 300
const WINDOWS = process.platform === 'win32'

export function createChildren(): Children {
  const groups = new Set<number>()

  function start({ name, args, env, onLine }: Command): Child {
    const child = spawn(process.execPath, [...args], {
      // A group of its own: whatever the child starts can be ended with it, and Ctrl-C reaches it only through us.
      detached: !WINDOWS,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(env && { env }),
    })
    const { pid } = child
    if (pid !== undefined) groups.add(pid)
    const lines: string[] = []
    const listeners = new Set<(line: string) => void>(onLine ? [onLine] : [])
    const read = (stream: Readable) =>
      createInterface({ input: stream }).on('line', (raw) => {
        const line = stripVTControlCharacters(raw).trimEnd()
        if (line === '') return
        lines.push(line)
        if (lines.length > TAIL_LINES) lines.shift()
        for (const listener of listeners) listener(line)
      })
    read(child.stdout)
    read(child.stderr)
    const ended = endOf(child)
    const tail = () => lines.join('\n')
    return {
      name,
      ended,
      tail,
      async line(pattern, timeoutMs) {
        const found = new Promise<RegExpExecArray>((resolve) => {
          const look = (line: string) => {
            const match = pattern.exec(line)
            if (match) resolve(match)
          }
          listeners.add(look)
          for (const line of lines) look(line)
        })
        const timeout = sleep(timeoutMs, undefined, { ref: false })
        const first = await Promise.race([found, ended, timeout])
        if (Array.isArray(first)) return first
        throw new LoggedFailure(`${name}: ${first ?? `not ready after ${timeoutMs / 1000} s`}`, tail())
      },
    }
  }

  async function run(command: Command): Promise<void> {
    const child = start(command)
    const end = await child.ended
    if (end !== 'exit code 0') throw new LoggedFailure(`${command.name}: ${end}`, child.tail())
  }

  return {
    start,
    run,
    async stopAll() {
      for (const pid of groups) signalGroup(pid, 'SIGTERM')
      const deadline = Date.now() + STOP_MS
      while ([...groups].some(lives) && Date.now() < deadline) await sleep(30)
      for (const pid of groups) signalGroup(pid, 'SIGKILL')
      groups.clear()
    },
    killAll() {
      for (const pid of groups) signalGroup(pid, 'SIGKILL')
    },
  }
}

const endOf = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    const how = (code: number | null, signal: string | null) => signal ?? `exit code ${code}`
    child.on('error', (error) => resolve(error.message))
    // `close` comes after the last line was read, but not while a grandchild still holds the pipe.
    child.on('close', (code, signal) => resolve(how(code, signal)))
    child.on('exit', (code, signal) => setTimeout(() => resolve(how(code, signal)), LAST_LINES_MS))
  })

const lives = (pid: number) => signalGroup(pid, 0)

/** Signals a child and all that it started; false if nothing of it is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (WINDOWS) return signal !== 0 && spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']).status === 0
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}
