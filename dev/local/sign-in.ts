import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { callJson } from './http.ts'
import type { Inbox } from './messages.ts'

const tokens = z.object({ access_token: z.string(), refresh_token: z.string() })
const loggedIn = tokens.extend({ user_id: z.int() })
export type ClientSession = z.infer<typeof loggedIn>

export interface Person {
  readonly phone: string
  readonly name?: string
  readonly surname?: string
}

/** Signs a client in as his phone would: asks for a code, reads it in the message, sends it back with the consent. */
export async function signInClient(api: string, inbox: Inbox, person: Person): Promise<ClientSession> {
  const { phone } = person
  const consent = await callJson(`${api}/api/v1/auth/consent`, { schema: z.object({ version: z.string() }) })
  const code = await inbox.codeAfter(phone, () =>
    callJson(`${api}/api/v1/auth/code`, { method: 'POST', body: { phone }, expect: 202, schema: z.unknown() }),
  )
  const body = { ...person, code, consent: consent.body.version, device: 'npm run' }
  return (await callJson(`${api}/api/v1/auth/login`, { method: 'POST', body, schema: loggedIn })).body
}

/**
 * An access token of a client, by the refresh token that the file keeps from the last time, or by a new sign-in: codes are
 * sent to one phone five times an hour only.
 */
export async function clientToken(api: string, inbox: Inbox, file: string, phone: string): Promise<string> {
  const kept = readKept(file)
  const refreshToken = kept[phone]
  const renewed =
    refreshToken === undefined
      ? undefined
      : await callJson(`${api}/api/v1/auth/refresh`, {
          method: 'POST',
          body: { refresh_token: refreshToken },
          schema: tokens,
        }).then(
          ({ body }) => body,
          () => undefined,
        )
  const session = renewed ?? (await signInClient(api, inbox, { phone }))
  writeFileSync(file, JSON.stringify({ ...kept, [phone]: session.refresh_token }), { mode: 0o600 })
  chmodSync(file, 0o600)
  return session.access_token
}

function readKept(file: string): Readonly<Record<string, string>> {
  if (!existsSync(file)) return {}
  const kept = z.record(z.string(), z.string()).safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return kept.data ?? {}
}

/** The local owner; the API listens on this machine only. */
export const LOCAL_OWNER = { email: 'owner@example.com', name: 'Owner', password: 'sauna birch honey towel' }

/** Signs the local owner in, who is made by the bootstrap secret the first time. */
export async function signInOwner(api: string, bootstrapSecret: string): Promise<string> {
  const { email, name, password } = LOCAL_OWNER
  const logIn = async () => {
    const body = { email, password, session: 'bearer' }
    const schema = z.object({ token: z.string() })
    return (await callJson(`${api}/api/v1/admin/login`, { method: 'POST', body, schema })).body.token
  }
  try {
    return await logIn()
  } catch {
    const body = { secret: bootstrapSecret, email, name, password }
    await callJson(`${api}/api/v1/admin/bootstrap`, { method: 'POST', body, expect: 201, schema: z.unknown() })
    return await logIn()
  }
}
