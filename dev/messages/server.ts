import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { createCatcher } from './catcher.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
if (!/^\d+$/.test(values.port)) throw new Error('--port is a whole number')

const catcher = createCatcher()
const server = serve({ fetch: catcher.fetch, port: Number(values.port), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`MESSAGES READY ${JSON.stringify({ url: `http://127.0.0.1:${port}`, port })}`)
})

function stop() {
  server.close()
  // Connections kept alive and slow answers would hold the process.
  if ('closeAllConnections' in server) server.closeAllConnections()
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
