import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { callJson } from './http.ts'
import { PROJECT } from './paths.ts'
import type { Child, Children } from './processes.ts'

const READY_MS = 20_000
const PATIENCE_MS = 10_000
const POLL_MS = 100

/** The catcher that stands in for the providers of SMS and mail, ready to answer. */
export async function startCatcher(children: Children, port: number): Promise<Child> {
  const server = join(PROJECT, 'dev', 'messages', 'server.ts')
  const child = children.start({ name: 'message catcher', args: [server, '--port', String(port)] })
  await child.line(/^MESSAGES READY /, READY_MS)
  return child
}

const message = z.object({
  id: z.string(),
  channel: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  /** Of a push: what it is about. */
  data: z.object({ kind: z.string(), booking_id: z.string().optional() }).optional(),
})
export type CaughtMessage = z.infer<typeof message>
const caught = z.array(message)

/** What came to people's phones and mailboxes. */
export function createInbox(url: string) {
  const newest = async (to: string) =>
    (await callJson(`${url}/messages?limit=1&to=${encodeURIComponent(to)}`, { schema: caught })).body[0]
  return {
    url,
    /** What came to a phone number, an address or a phone's token, oldest first. */
    messagesTo: async (to: string): Promise<CaughtMessage[]> =>
      (await callJson(`${url}/messages`, { schema: caught })).body.filter((one) => one.to === to).toReversed(),
    /** Does what sends a code to this phone or address, and reads the code in the message that comes. */
    async codeAfter(to: string, act: () => Promise<unknown>): Promise<string> {
      const before = (await newest(to))?.id
      await act()
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
        const message = await newest(to)
        const [, code] = /\b(\d{6})\b/.exec(message?.text ?? '') ?? []
        if (message && message.id !== before && code !== undefined) return code
      }
      throw new Error(`no message with a code has come to ${to}; see ${url}`)
    },
  }
}

export type Inbox = ReturnType<typeof createInbox>
