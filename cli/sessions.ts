import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const kept = z.object({
  email: z.string(),
  token: z.string(),
  expires_at: z.string(),
  /** Tells the Worker that somebody has signed in here before. */
  device_token: z.string().nullable(),
})
export type KeptSession = z.infer<typeof kept>
const file = z.record(z.string(), kept)

/** Sessions of this person by the address of the Worker, in a file that nobody else may read. */
export interface Sessions {
  of(origin: string): KeptSession | undefined
  keep(origin: string, session: KeptSession): void
  drop(origin: string): void
}

export function openSessions(dir: string): Sessions {
  const path = join(dir, 'sessions.json')

  function read(): Readonly<Record<string, KeptSession>> {
    if (!existsSync(path)) return {}
    try {
      return file.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch {
      // Of another version, or broken: signing in again mends it.
      return {}
    }
  }

  function write(sessions: Readonly<Record<string, KeptSession>>): void {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    // Written beside and renamed, so that an interruption leaves the old one whole. On Windows the folder is the user's own.
    const fresh = `${path}.${process.pid}`
    writeFileSync(fresh, JSON.stringify(sessions, undefined, 2), { mode: 0o600 })
    chmodSync(fresh, 0o600)
    renameSync(fresh, path)
  }

  return {
    of: (origin) => read()[origin],
    keep: (origin, session) => write({ ...read(), [origin]: session }),
    drop(origin) {
      const { [origin]: _, ...others } = read()
      write(others)
    },
  }
}
