import { EMPTY, ONE_SEND, oneSelect } from '../baselines.ts'
import { hammer, type Load, median, type Shot, timed, until } from '../measure.ts'
import { noon, openSalon } from '../salon.ts'
import { seedBookings, seedUsers } from '../seed.ts'
import { type Row, whole } from '../table.ts'
import { startVehicle, type Vehicle, WEBHOOK } from '../vehicle.ts'
import { clientToken } from './operations.ts'

export interface LoadSize {
  readonly concurrency: number
  readonly ms: number
  readonly repeats: number
  readonly bookings: number
  /** Webhooks that are taken through the queue to the end. */
  readonly events: number
}

const CLIENTS = 1000
const LIMIT = 20
const JSON_BODY = { 'content-type': 'application/json' }

/** Requests per second of the app's own bundle beside the two baselines, all in turn, so that none has a better moment. */
export async function measureRequests(folder: string, appScript: string, size: LoadSize): Promise<Row[]> {
  await using empty = await startVehicle({ folder, script: EMPTY, consumers: false })
  await using send = await startVehicle({ folder, script: ONE_SEND, consumers: false })
  await using select = await startVehicle({ folder, script: oneSelect(1, LIMIT), consumers: false })
  await using app = await startVehicle({ folder, script: appScript, consumers: false })
  for (const vehicle of [select, app]) {
    await seedUsers(vehicle, CLIENTS)
    await seedBookings(vehicle, { from: 1, to: size.bookings }, { first: 1, count: CLIENTS })
  }
  const [body] = await webhookBodies(1)
  const list = `/api/v1/booking?upcoming_only=true&limit=${LIMIT}`
  const shots = {
    empty: { url: empty.url, method: 'GET' },
    send: { url: send.url, method: 'POST', headers: JSON_BODY, body: body ?? '' },
    intake: { url: new URL(WEBHOOK, app.url), method: 'POST', headers: JSON_BODY, body: body ?? '' },
    select: { url: select.url, method: 'GET' },
    list: {
      url: new URL(list, app.url),
      method: 'GET',
      headers: { authorization: `Bearer ${await clientToken(1)}` },
    },
  } satisfies Record<string, Shot>

  const loads = new Map<string, Load[]>(Object.keys(shots).map((name) => [name, []]))
  for (const shot of Object.values(shots)) await hammer(shot, { ...size, ms: size.ms / 4 }) // warms up
  for (let repeat = 0; repeat < size.repeats; repeat++) {
    for (const [name, shot] of Object.entries(shots)) loads.get(name)?.push(await hammer(shot, size))
  }
  const rate = (name: keyof typeof shots) => median((loads.get(name) ?? []).map((load) => load.perSecond))
  const row = (operation: string, name: keyof typeof shots, baseline?: keyof typeof shots): Row => {
    const all = loads.get(name) ?? []
    const p50 = median(all.map((load) => load.p50Ms)).toFixed(1)
    const p99 = median(all.map((load) => load.p99Ms)).toFixed(1)
    const share = baseline ? `, ${Math.round((rate(name) / rate(baseline)) * 100)} % of the baseline above` : ''
    return {
      operation,
      figure: `${whole(rate(name))} requests/s${share}; p50 ${p50} ms, p99 ${p99} ms`,
      deterministic: false,
    }
  }
  return [
    row('baseline: an empty Worker', 'empty'),
    row('baseline: one queue.send', 'send'),
    row('webhook intake', 'intake', 'send'),
    row(`baseline: one indexed select of ${LIMIT} rows`, 'select'),
    row('GET /booking?upcoming_only=true', 'list', 'select'),
  ]
}

/** Webhooks of new visits from the first request until the last is a booking. */
export async function measureWebhooksToTheEnd(folder: string, appScript: string, size: LoadSize): Promise<Row> {
  await using app = await startVehicle({ folder, script: appScript })
  await seedUsers(app, CLIENTS)
  const bodies = await webhookBodies(size.events)
  const { seconds } = await timed(async () => {
    const rest = bodies.values()
    const lane = async () => {
      for (const body of rest) await app.call('POST', WEBHOOK, { body })
    }
    await Promise.all(Array.from({ length: size.concurrency }, lane))
    await until('the webhooks', async () => (await countEvents(app)) >= size.events)
  })
  return {
    operation: `${whole(size.events)} webhooks of new visits, from the request to the booking`,
    figure: `${whole(size.events / seconds)} events/s`,
    deterministic: false,
  }
}

async function countEvents({ d1 }: Vehicle): Promise<number> {
  const row = await d1
    .prepare(`select count(*) as n from webhook_events where verdict = 'created'`)
    .first<{ n: number }>()
  return row?.n ?? 0
}

async function webhookBodies(count: number): Promise<string[]> {
  await using salon = await openSalon()
  for (let visit = 0; visit < count; visit++) {
    salon.addVisit({ client: 1 + (visit % CLIENTS), startsAt: noon(1 + (visit % 25)).at })
  }
  return salon.takeWebhooks()
}
