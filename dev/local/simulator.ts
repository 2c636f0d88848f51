import { join } from 'node:path'
import { PROJECT } from './paths.ts'
import type { Child, Children } from './processes.ts'

export interface SimulatorPlace {
  readonly port: number
  readonly webhookUrl: string
  /** Where its salon is kept between runs; without it every run begins with the same demo salon. */
  readonly stateFile?: string
  readonly rateLimit: boolean
}

const READY_MS = 20_000

/** The local stand-in for YClients, ready to answer. */
export async function startSimulator(children: Children, place: SimulatorPlace): Promise<Child> {
  const args = ['--port', String(place.port), '--webhook-url', place.webhookUrl]
  if (place.stateFile !== undefined) args.push('--state-file', place.stateFile)
  if (!place.rateLimit) args.push('--no-rate-limit')
  const server = join(PROJECT, 'dev', 'yclients', 'server.ts')
  const child = children.start({ name: 'YClients simulator', args: [server, ...args] })
  await child.line(/^YCLIENTS READY /, READY_MS)
  return child
}
