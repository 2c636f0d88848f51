import { parseArgs } from 'node:util'
import { type Http2Bindings, type HttpBindings, serve } from '@hono/node-server'
import { ConnectionReset } from './failures.ts'
import { restoreSalon, saveSalon } from './saved-salon.ts'
import { createSimulator } from './simulator.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'webhook-url': { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    'delay-ms': { type: 'string', default: '200' },
    'no-demo': { type: 'boolean', default: false },
    'no-rate-limit': { type: 'boolean', default: false },
    'state-file': { type: 'string' },
  },
})

const whole = (name: 'port' | 'seed' | 'delay-ms'): number => {
  if (!/^\d+$/.test(values[name])) throw new Error(`--${name} is a whole number`)
  return Number(values[name])
}

const simulator = createSimulator({
  seed: whole('seed'),
  hookUrls: values['webhook-url'],
  demoSalon: !values['no-demo'],
  rateLimit: !values['no-rate-limit'],
  knobs: { delayMs: whole('delay-ms') },
})
const stateFile = values['state-file']
if (stateFile !== undefined) {
  restoreSalon(stateFile, simulator.state)
  // A new salon depends on the moment; after a crash it must not be another one.
  saveSalon(stateFile, simulator.state)
}

async function answer(request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> {
  try {
    return await simulator.fetch(request, incoming.socket.remoteAddress)
  } catch (error) {
    if (error instanceof ConnectionReset) incoming.socket.destroy()
    else console.error(error)
    return new Response(null, { status: 500 })
  }
}

const server = serve({ fetch: answer, port: whole('port'), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`YCLIENTS READY ${JSON.stringify({ url: `http://127.0.0.1:${port}`, port })}`)
})

function stop() {
  if (stateFile !== undefined) saveSalon(stateFile, simulator.state)
  server.close()
  // Connections kept alive and webhooks still waiting for their time would hold the process.
  if ('closeAllConnections' in server) server.closeAllConnections()
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
