import { DESK, type World } from './world.ts'

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly user_id: number
  readonly created: boolean
}

export type Typed = { phone: string; email?: never } | { email: string; phone?: never }

export const askForCode = (world: World, typed: Typed, headers: Record<string, string> = {}) =>
  world.call('POST', '/api/v1/auth/code', { body: typed, headers })

/** The code in the newest message to this phone or address. */
export function codeSentTo(world: World, { phone, email }: Typed): string {
  const [, code] = /\b(\d{6})\b/.exec(world.inbox.messagesTo(phone ?? email).at(-1)?.text ?? '') ?? []
  if (code === undefined) throw new Error('no code was sent')
  return code
}

export const tryToLogIn = (world: World, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  world.call('POST', '/api/v1/auth/login', { body, headers })

/** Signs somebody in with a real code, agreeing to the consent. */
export async function logIn(world: World, typed: Typed, more: Record<string, unknown> = {}): Promise<Tokens> {
  const asked = await askForCode(world, typed)
  if (asked.status !== 202) throw new Error(`no code: ${await asked.text()}`)
  const answer = await tryToLogIn(world, { ...typed, code: codeSentTo(world, typed), consent: '1', ...more })
  if (answer.status !== 200) throw new Error(`not signed in: ${await answer.text()}`)
  return await answer.json()
}

/** Registers somebody who stands at the desk and tells the code that came to his phone. */
export async function registerAtDesk(
  world: World,
  { phone, email, ...person }: Typed & { name: string; surname?: string; consent_signed?: boolean },
): Promise<Response> {
  const typed = phone === undefined ? { email } : { phone }
  await world.call('POST', '/api/v1/admin/users/code', { as: DESK, body: typed })
  const code = codeSentTo(world, typed as Typed) // one of the two is there
  return await world.call('POST', '/api/v1/admin/users', { as: DESK, body: { ...person, ...typed, code } })
}
