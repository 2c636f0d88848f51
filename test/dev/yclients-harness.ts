import { createSimulator, type Simulator, type SimulatorOptions } from '../../dev/yclients/simulator.ts'

export const NOON = Date.parse('2026-09-23T12:00:00+03:00')
const V2 = 'application/vnd.yclients.v2+json'
export const PARTNER = 'Bearer partner-demo'
const USER = 'Bearer partner-demo, User user-demo'
export const MARIA = 8_014_901
export const MASSAGE = 1_371_101

export const tick = (ms: number) => {
  now += ms
}

interface Call {
  as?: string | null
  accept?: string
  body?: unknown
  from?: string
}

let now = NOON
/** The simulator of the running test. */
export let sim: Simulator

/** Starts a simulator whose clock stands still and whose webhooks wait to be taken. */
export function start(options: SimulatorOptions = {}) {
  now = NOON
  const { knobs, ...rest } = options
  sim = createSimulator({
    now: () => now,
    demoSalon: false,
    rateLimit: false,
    hookUrls: ['https://hook.example/?secret=1'],
    knobs: { delivery: 'manual', ...knobs },
    ...rest,
  })
  if (!rest.demoSalon) stock(sim)
  sim.webhooks.clear()
  return sim
}

/** One master who works 10–14 and 15–19 every day, one service of an hour. */
function stock({ putStaff, putService }: Simulator) {
  const day = [
    { from: '10:00', to: '14:00' },
    { from: '15:00', to: '19:00' },
  ]
  putStaff({
    id: MARIA,
    name: 'Мария Образцова',
    specialization: 'Массажист',
    position: null,
    rating: 5,
    hidden: false,
    fired: false,
    week: Array.from({ length: 7 }, () => day),
    days: new Map(),
  })
  putService({
    id: MASSAGE,
    title: 'Массаж',
    categoryId: 1,
    priceMin: 5147.5,
    priceMax: 5147.5,
    duration: 3600,
    active: true,
    comment: '',
    weight: 1,
    staff: [{ id: MARIA, seanceLength: 3600, price: null }],
  })
}

export async function call(method: string, path: string, { as = USER, accept = V2, body, from }: Call = {}) {
  const headers: Record<string, string> = { accept, 'content-type': 'application/json' }
  if (as !== null) headers.authorization = as
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const response = await sim.fetch(new Request(`https://sim.example/api/v1${path}`, init), from)
  const text = await response.text()
  return { status: response.status, text, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null }
}

export const get = (path: string, options?: Call) => call('GET', path, options)
export const message = (body: { meta: { message: string } }) => body.meta.message
export const ids = (body: { data: { id: number }[] }) => body.data.map(({ id }) => id)
/** The bodies of the webhooks that were waiting. */
export const taken = () => sim.webhooks.take().map((delivery) => JSON.parse(delivery.body))

/** An administrator's booking. */
export function visit(startsAt = '2026-09-24T10:00:00+03:00', phone = '79000000001') {
  return sim.createRecord({ staffId: MARIA, services: [{ id: MASSAGE }], client: { name: 'Анна', phone }, startsAt })
}
