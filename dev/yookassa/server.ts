import { parseArgs } from 'node:util'
import { type Http2Bindings, type HttpBindings, serve } from '@hono/node-server'
import { ConnectionReset } from './errors.ts'
import { restoreTill, saveTill } from './saved-till.ts'
import { createShop } from './shop.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'notify-url': { type: 'string' },
    seed: { type: 'string', default: '1' },
    'delay-ms': { type: 'string', default: '200' },
    'state-file': { type: 'string' },
  },
})

const whole = (name: 'port' | 'seed' | 'delay-ms'): number => {
  if (!/^\d+$/.test(values[name])) throw new Error(`--${name} is a whole number`)
  return Number(values[name])
}

let url = ''
const notifyUrl = values['notify-url']
const shop = createShop({
  seed: whole('seed'),
  publicUrl: () => url,
  ...(notifyUrl !== undefined && { notifyUrl }),
  knobs: { delayMs: whole('delay-ms') },
})
const stateFile = values['state-file']
if (stateFile !== undefined) restoreTill(stateFile, shop.till)

async function answer(request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> {
  try {
    return await shop.fetch(request)
  } catch (error) {
    if (error instanceof ConnectionReset) incoming.socket.destroy()
    else console.error(error)
    return new Response(null, { status: 500 })
  }
}

const server = serve({ fetch: answer, port: whole('port'), hostname: '127.0.0.1' }, ({ port }) => {
  url = `http://127.0.0.1:${port}`
  console.log(`YOOKASSA READY ${JSON.stringify({ url, port })}`)
})
// Payments expire by themselves, and somebody has to be told.
const ticking = setInterval(() => shop.tick(), 1000)

function stop() {
  clearInterval(ticking)
  if (stateFile !== undefined) saveTill(stateFile, shop.till)
  server.close()
  // Connections kept alive and notifications still waiting for their time would hold the process.
  if ('closeAllConnections' in server) server.closeAllConnections()
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
