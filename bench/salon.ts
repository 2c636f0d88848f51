import { type ServerType, serve } from '@hono/node-server'
import { createSimulator, type Simulator } from '../dev/yclients/simulator.ts'
import { emailOf, phoneOf } from './seed.ts'

const STAFF = 8_014_901
const SERVICES = [
  { id: 1_371_101, title: 'Классический массаж тела', price: 4200, minutes: 60 },
  { id: 1_371_102, title: 'Спа-программа «Тихая вода»', price: 8900, minutes: 150 },
  { id: 1_371_103, title: 'Парафинотерапия для рук', price: 990, minutes: 20 },
]
const DAY_MS = 86_400_000

export interface Visit {
  /** Number of a client of `seedUsers`. */
  readonly client: number
  readonly startsAt: number
  readonly completed?: boolean
  readonly comment?: string
}

/** A YClients of the bench's own, behind real HTTP, whose webhooks wait to be taken. */
export interface Salon extends AsyncDisposable {
  readonly url: string
  readonly sim: Simulator
  /** Moves its clock on: changes within one second share their date and would have to be asked for. */
  passTime(ms: number): void
  /** Time it spent answering, so that it can be told apart from ours. */
  readonly busyMs: () => number
  addVisit(visit: Visit): number
  /** The webhook bodies of what happened since the last call. */
  takeWebhooks(): string[]
  /** One page as the API answers it; days as `YYYY-MM-DD`. */
  page(number: number, days?: { from: string; to: string }): Promise<string>
}

export async function openSalon(): Promise<Salon> {
  const knobs = { delivery: 'manual' } as const
  let shiftMs = 0
  const now = () => Date.now() + shiftMs
  const sim = createSimulator({ now, demoSalon: false, rateLimit: false, hookUrls: ['http://hook.invalid'], knobs })
  sim.putStaff({
    id: STAFF,
    name: 'Мария Образцова',
    specialization: 'Массажист',
    position: { id: 588_099, title: 'Массажист' },
    rating: 4.9,
    hidden: false,
    fired: false,
    week: Array.from({ length: 7 }, () => [{ from: '09:00', to: '21:00' }]),
    days: new Map(),
  })
  for (const { id, title, price, minutes } of SERVICES) {
    sim.putService({
      id,
      title,
      categoryId: 1,
      priceMin: price,
      priceMax: price,
      duration: minutes * 60,
      active: true,
      comment: '',
      weight: 1,
      staff: [{ id: STAFF, seanceLength: minutes * 60, price: null }],
    })
  }
  let busyMs = 0
  const answer = async (request: Request) => {
    const start = performance.now()
    const response = await sim.fetch(request)
    busyMs += performance.now() - start
    return response
  }
  const { server, port } = await new Promise<{ server: ServerType; port: number }>((resolve) => {
    const opened = serve({ fetch: answer, port: 0, hostname: '127.0.0.1' }, (info) =>
      resolve({ server: opened, port: info.port }),
    )
  })
  const url = `http://127.0.0.1:${port}`

  const clients = new Map<number, number>()
  const idOfClient = (client: number) => {
    const known = clients.get(client)
    if (known !== undefined) return known
    const contacts = { phone: phoneOf(client), email: emailOf(client) }
    const { id } = sim.createClient({ name: 'Анна', surname: 'Примерова', ...contacts })
    clients.set(client, id)
    return id
  }
  return {
    url,
    sim,
    busyMs: () => busyMs,
    passTime: (ms) => {
      shiftMs += ms
    },
    addVisit({ client, startsAt, completed = false, comment = '' }) {
      // Every fifth visit takes a second service.
      const number = sim.state.records.size
      const main = SERVICES[number % 2]
      const services = [main, ...(number % 5 === 0 ? [SERVICES[2]] : [])].flatMap((s) => (s ? { id: s.id } : []))
      const attendance = completed ? 1 : 0
      return sim.createRecord({ staffId: STAFF, services, client: idOfClient(client), startsAt, attendance, comment })
        .id
    },
    takeWebhooks: () =>
      sim.webhooks
        .take()
        .filter(({ resource }) => resource === 'record')
        .map(({ body }) => body),
    async page(number, days) {
      const query = new URLSearchParams({ page: String(number), count: '200', with_deleted: '1' })
      if (days) {
        query.set('start_date', days.from)
        query.set('end_date', days.to)
      }
      const request = new Request(`${url}/api/v1/records/${sim.state.companyId}?${query}`, {
        headers: {
          accept: 'application/vnd.yclients.v2+json',
          authorization: 'Bearer partner-demo, User user-demo',
        },
      })
      return await (await sim.fetch(request)).text()
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      // Connections that the Worker keeps alive would hold the process.
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}

/** Noon (UTC) of the day so many days from today: far from midnight in every zone that a salon may have. */
export function noon(daysFromToday: number): { at: number; day: string } {
  const day = new Date(Date.now() + daysFromToday * DAY_MS).toISOString().slice(0, 10)
  return { at: Date.parse(`${day}T12:00:00Z`), day }
}
