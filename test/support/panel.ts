import { expect } from 'vitest'
import type { Role } from '../../src/auth/actor.ts'
import { addAdmin, cookiesOf, OWN_PAGE, PASSWORD } from './office.ts'
import type { World } from './world.ts'

/** An administrator's browser without scripts: follows no redirect by itself, keeps cookies, sends forms from own pages. */
export interface Browser {
  open(path: string): Promise<Response>
  /** Sends a form as its page would; `headers` replace those of a browser. */
  send(path: string, fields: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>
}

export function openBrowser(world: World, cookie = ''): Browser {
  const jar = new Map<string, string>()
  const keep = (answer: Response) => {
    for (const pair of cookiesOf(answer).split('; ').filter(Boolean)) {
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return answer
  }
  for (const pair of cookie.split('; ').filter(Boolean)) jar.set(pair.split('=')[0] ?? '', pair.split('=')[1] ?? '')
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    open: async (path) => keep(await world.call('GET', path, { headers: { cookie: cookies() } })),
    send: async (path, fields, headers = OWN_PAGE) =>
      keep(
        await world.call('POST', path, {
          rawBody: new URLSearchParams(fields).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookies(), ...headers },
        }),
      ),
  }
}

/** The browser of somebody of this role who has just signed in. */
export async function signIn(world: World, role: Role = 'owner'): Promise<Browser> {
  const email = `${role}@office.test`
  await addAdmin(world, { email, role })
  const browser = openBrowser(world)
  const answer = await browser.send('/admin/login', { email, password: PASSWORD })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin'])
  return browser
}

/** Where a form that worked leads. */
export const locationOf = (answer: Response): string => {
  expect(answer.status).toBe(303)
  return answer.headers.get('location') ?? ''
}

/** How many bytes travel. */
export async function gzipped(text: string): Promise<number> {
  const stream = new Response(text).body?.pipeThrough(new CompressionStream('gzip'))
  return (await new Response(stream).arrayBuffer()).byteLength
}

/** The text of a page as people read it, without its tags. */
export const readable = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** The value of a hidden field. */
export const hidden = (html: string, name: string): string => {
  const [, value] = new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(html) ?? []
  if (value === undefined) throw new Error(`no hidden field ${name}`)
  return value
}
