import { serve } from '@hono/node-server'
import { createSimulator } from '../../../dev/yclients/simulator.ts'

export const MASTER = 8_014_901
export const SERVICE = 1_371_101

export interface Yclients {
  readonly url: string
  /** From now on its webhooks go there. */
  sendTo(webhookUrl: string): void
  stop(): void
}

/** YClients as this salon has it: one master, one service, and whatever the tests book. */
export async function startYclients(): Promise<Yclients> {
  const simulator = createSimulator({ demoSalon: false, rateLimit: false, knobs: { delayMs: 0 } })
  simulator.putStaff({
    id: MASTER,
    name: 'Мария Образцова',
    specialization: 'Массажист',
    position: null,
    rating: 5,
    hidden: false,
    fired: false,
    week: Array.from({ length: 7 }, () => [{ from: '09:00', to: '21:00' }]),
    days: new Map(),
  })
  simulator.putService({
    id: SERVICE,
    title: 'Массаж',
    categoryId: 1,
    priceMin: 1000,
    priceMax: 1000,
    duration: 3600,
    active: true,
    comment: '',
    weight: 1,
    staff: [{ id: MASTER, seanceLength: 3600, price: null }],
  })
  simulator.webhooks.clear()
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: (request) => simulator.fetch(request), port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started),
    )
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the simulator has no address')
  const stop = () => {
    server.close()
    // Connections kept alive would hold the process.
    if ('closeAllConnections' in server) server.closeAllConnections()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    sendTo: (webhookUrl) => {
      simulator.state.hooks.urls = [webhookUrl]
    },
    stop,
  }
}
