import { join } from 'node:path'
import { PROJECT } from './paths.ts'
import type { Child, Children } from './processes.ts'

const READY_MS = 20_000

/** The local stand-in for YooKassa, ready to answer; it tells the Worker at `api` what happens to payments. */
export async function startShop(
  children: Children,
  { port, api, stateFile }: { port: number; api: string; stateFile?: string },
): Promise<Child> {
  const server = join(PROJECT, 'dev', 'yookassa', 'server.ts')
  const args = [server, '--port', String(port), '--notify-url', `${api}/api/v1/payments/notifications/yookassa`]
  if (stateFile !== undefined) args.push('--state-file', stateFile)
  const child = children.start({ name: 'YooKassa stand-in', args })
  await child.line(/^YOOKASSA READY /, READY_MS)
  return child
}
