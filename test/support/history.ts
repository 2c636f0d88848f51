import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { startSync } from '../../src/yclients/start-sync.ts'
import type { Faults } from './faults.ts'
import { withFaults } from './faults.ts'
import { addUser, MARIA, MASSAGE, openSalon } from './salon.ts'
import { ADMIN, startWorld, type World } from './world.ts'

/** mulberry32: the same seed tells the same story. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const CODE = 'ABC12345'
/** How the clients of the story are known to us: by code, by e-mail, by phone, not at all. */
const CLIENTS = [
  { name: 'Анна', phone: '+79000000101', comment: `Код клиента: ${CODE}` },
  { name: 'Борис', phone: '+79000000102', email: 'boris@example.com' },
  { name: 'Вера', phone: '+79000000103' },
  { name: 'Глеб', phone: '+79000000104' },
] as const

export async function addKnownClients(): Promise<void> {
  await addUser({ name: 'Анна', code: CODE })
  await addUser({ name: 'Борис', email: 'boris@example.com', code: 'BKM00002' })
  await addUser({ name: 'Вера', phone: '+79000000103', code: 'CTX00003' })
}

export interface History {
  readonly world: World
  readonly faults: Faults
  readonly forgotten: Set<number>
}

/**
 * Lives through a random history: the salon books, moves, completes, reopens, reprices, cancels and deletes; webhooks are
 * lost, doubled, reordered and partial; the process crashes between steps; syncs and write-offs happen at random moments.
 */
export async function liveThrough(seed: number, steps: number): Promise<History> {
  const random = seeded(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T // never empty here
  const chance = (percent: number) => random() * 100 < percent

  const faults: Faults = { rate: 0 }
  const world = startWorld({}, (ctx) => withFaults(ctx, faults, random))
  await openSalon(world)
  await addKnownClients()
  const { sim, clock } = world
  Object.assign(sim.knobs, {
    partialPercent: pick([0, 0, 50]),
    stringNumbersPercent: pick([0, 40]),
    legacyClientPercent: pick([0, 40]),
    extraKeysPercent: pick([0, 40]),
    deleteBody: pick(['full', 'bare', 'empty'] as const),
    hiddenContacts: pick(['never', 'never', 'webhooks'] as const),
    emptyObjects: pick(['array', 'object', 'mixed'] as const),
    burst: pick([1, 1, 2]),
    listOrder: pick(['id', 'shuffled'] as const),
  })
  faults.rate = pick([0, 0.02, 0.1])
  const records: number[] = []
  const forgotten = new Set<number>()
  /** Webhooks that have left YClients and are somewhere on the way. */
  const onTheWay: { url: string; body: string }[] = []
  const living = () => records.filter((id) => sim.state.records.get(id)?.deleted === false)

  const acts: (() => Promise<unknown> | unknown)[] = [
    () => {
      const { name, phone, ...known } = pick(CLIENTS)
      const email = 'email' in known ? { email: known.email } : {}
      const record = sim.book({
        staffId: MARIA,
        services: chance(30)
          ? [
              { id: MASSAGE, cost: pick([990, 1500.5]) },
              { id: MASSAGE, cost: 700 },
            ]
          : [{ id: MASSAGE, cost: pick([0, 1000, 1999.99, 5147.5, 12_000]) }],
        client: chance(8) ? null : { name, phone, ...email },
        startsAt: clock.now + Math.round(((random() * 50 - 25) * DAY_MS) / MINUTE_MS) * MINUTE_MS,
        ...('comment' in known ? { comment: known.comment } : {}),
      })
      records.push(record.id)
    },
    () => onLiving((id) => sim.move(id, clock.now + Math.round(random() * 20 * 24) * HOUR_MS)),
    () => onLiving((id) => sim.complete(id)),
    () => onLiving((id) => sim.complete(id)),
    () => onLiving((id) => sim.setAttendance(id, pick([-1, 0, 2] as const))),
    () => onLiving((id) => sim.setCost(id, pick([500, 1234.56, 3000, 20_000]))),
    () =>
      onLiving((id) => {
        const { name, phone, ...known } = pick(CLIENTS)
        sim.changeRecord(id, {
          client: { name, phone, ...('email' in known ? { email: known.email } : {}) },
          comment: 'comment' in known ? known.comment : '',
        })
      }),
    () => onLiving((id) => chance(40) && sim.cancel(id)),
    () =>
      onLiving((id) => {
        if (!chance(15)) return
        sim.forget(id)
        forgotten.add(id)
      }),
    // Webhooks leave: lost, doubled, in any order.
    () => {
      for (const { url, body } of sim.webhooks.take()) {
        if (!chance(25)) onTheWay.push({ url, body })
        if (chance(15)) onTheWay.push({ url, body })
      }
    },
    async () => {
      for (let arriving = Math.ceil(random() * 4); arriving > 0 && onTheWay.length > 0; arriving--) {
        const [delivery] = onTheWay.splice(Math.floor(random() * onTheWay.length), 1)
        if (delivery) await arrive(world, delivery)
      }
    },
    () => world.drain(),
    () => world.drain(),
    () => startSync(world.ctx, { trigger: 'cron', mode: pick(['full', undefined]) }).catch(() => undefined),
    () => handleScheduled(world.ctx),
    () =>
      world.call('POST', '/api/v1/admin/bonuses/spend', {
        as: ADMIN,
        headers: { 'idempotency-key': pick(['k1', 'k2', `k${Math.floor(random() * 1e9)}`]) },
        body: { code: pick([CODE, 'BKM00002', 'CTX00003']), amount: pick([10, 50, 150]), reason: 'тест' },
      }),
  ]
  function onLiving(change: (id: number) => unknown) {
    const ids = living()
    if (ids.length > 0) change(pick(ids))
  }

  for (let step = 0; step < steps; step++) {
    // Even a whole second is sometimes shared by two changes: last_change_date cannot tell them apart then.
    clock.now += pick([0, 400, 1000, 5000, 5 * MINUTE_MS, HOUR_MS])
    await pick(acts)()
  }
  return { world, faults, forgotten }
}

const arrive = (world: World, { url, body }: { url: string; body: string }) =>
  world.call('POST', url.replace('http://spa.test', ''), { rawBody: body })

/** The end of every history: the faults heal, the queues run dry, one full sync and one cron pass. */
export async function syncOnce({ world, faults }: Pick<History, 'world' | 'faults'>): Promise<void> {
  faults.rate = 0
  await handleScheduled(world.ctx)
  await world.drain()
  // A run whose message was lost in a crash is found silent and finished first; then comes the one that counts.
  for (let started = false; !started; await world.drain()) {
    world.clock.now += HOUR_MS
    const sync = await startSync(world.ctx, { trigger: 'manual', mode: 'full' })
    if (!sync.ok) throw new Error(sync.refusal)
    started = sync.value.started
  }
  await handleScheduled(world.ctx)
  await world.drain()
}
