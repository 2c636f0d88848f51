import { CARDS } from '../../dev/yookassa/cards.ts'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { checkMoney } from '../../src/payments/reconcile-payments.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { type Faults, withFaults } from './faults.ts'
import { openOwnSalon } from './own-salon.ts'
import { tomorrow } from './promised.ts'
import { addUser, giveBonuses, rows } from './salon.ts'
import { CLIENT, DESK, MANAGER, startWorld, type World } from './world.ts'

const CARDS_TRIED = [CARDS.good, CARDS.good, CARDS.good, CARDS.SBP, CARDS.SBP, CARDS.noMoney, CARDS.failed3ds]
const STEPS = 26

/** Numbers in [0, 1) that follow from a seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A salon with three clients, two hours of one master that they fight for, a shop whose notifications come late, doubled, out of
 * order, forged or never, and a process that dies now and then. Then everything heals and the cron comes until nothing moves.
 */
export async function livePaymentHistory(seed: number): Promise<World> {
  const random = randomOf(seed)
  const pick = <T>(things: readonly T[]): T => things[Math.floor(random() * things.length)] as T // never empty here
  const faults: Faults = { rate: 0 }
  let ids = 0
  // Of the history's own, so that it goes the same way again.
  const newId = () => `history-${seed}-${++ids}`
  const world = startWorld({ newId }, (ctx) => withFaults(ctx, faults, random))
  const { shop, clock } = world
  Object.assign(shop.knobs, {
    duplicatePercent: 30,
    reorderPercent: 30,
    lossPercent: 25,
    forgedPercent: 20,
    forgedSender: random() < 0.5 ? 'yookassa' : 'stranger',
    mismatchPercent: 20,
    wrongSenderPercent: 10,
    serverErrorPercent: 10,
    refunds: pick(['at_once', 'later', 'refused']),
  })
  const { serviceId } = await openOwnSalon()
  const clients: number[] = []
  for (let n = 0; n < 3; n++) {
    const id = await addUser({ email: `client${n}@example.ru` })
    await giveBonuses(id, 700)
    clients.push(id)
  }
  faults.rate = 0.06
  const held = () =>
    rows<{ id: number; userId: number }>("select id, user_id as userId from bookings where status = 'pending'")
  const booked = () =>
    rows<{ id: number; userId: number }>("select id, user_id as userId from bookings where status = 'confirmed'")
  const open = () => [...shop.till.payments.values()].filter(({ status }) => status === 'pending')
  const act: Record<string, () => Promise<unknown>> = {
    hold: () =>
      world.call('POST', '/api/v1/bookings', {
        as: CLIENT(pick(clients)),
        body: {
          service_id: serviceId,
          appointment_datetime: new Date(tomorrow(pick([18, 19]))).toISOString(),
          hold: true,
        },
      }),
    begin: async () => {
      for (const { id, userId } of (await held()).slice(0, 2)) {
        await world.call('POST', '/api/v1/payments', {
          as: CLIENT(userId),
          body: { booking_id: id, use_bonuses: pick([true, false, 200]), return_url: 'https://spa.example/back' },
          headers: { 'idempotency-key': `pay-${id}-${pick([1, 1, 2])}` },
        })
      }
    },
    pay: async () => {
      const payments = open()
      if (payments.length > 0) shop.pay(pick(payments).id, pick(CARDS_TRIED))
    },
    tell: () => shop.notifications.deliverDue(),
    work: () => world.drain(),
    look: async () => {
      for (const { id, userId } of await rows<{ id: number; userId: number }>(
        'select p.id, b.user_id as userId from payments p join bookings b on b.id = p.booking_id order by p.id desc limit 2',
      )) {
        await world.call('GET', `/api/v1/payments/${id}`, { as: CLIENT(userId) })
      }
    },
    cancel: async () => {
      const visits = [...(await held()), ...(await booked())]
      if (visits.length === 0) return
      const { id, userId } = pick(visits)
      const byDesk = random() < 0.4
      await world.call('PATCH', byDesk ? `/api/v1/admin/bookings/${id}` : `/api/v1/bookings/${id}`, {
        as: byDesk ? DESK : CLIENT(userId),
        body: { status: 'cancelled' },
      })
    },
    elsewhere: async () => {
      const visits = await booked()
      if (visits.length > 0)
        await rows(
          "update bookings set status = 'cancelled', cancelled_at = ?, revision = revision + 1 where id = ?",
          clock.now,
          pick(visits).id,
        )
    },
    refund: async () => {
      const [payment] = await rows<{ id: number }>(
        'select id from payments where captured_kopecks > 0 order by id desc limit 1',
      )
      if (payment)
        await world.call('POST', `/api/v1/admin/payments/${payment.id}/refund`, {
          as: MANAGER,
          body: { amount: pick([1, 3333, 50_000]), reason: 'по просьбе' },
          headers: { 'idempotency-key': `r-${Math.floor(random() * 1e9)}` },
        })
    },
    confirm: async () => {
      const holds = await held()
      if (holds.length === 0) return
      const { id, userId } = pick(holds)
      await world.call('POST', `/api/v1/bookings/${id}/confirm`, { as: CLIENT(userId) })
    },
    wait: async () => {
      clock.now += pick([1, 5, 12, 40]) * MINUTE_MS
      shop.tick()
    },
    cron: () => handleScheduled(world.ctx),
  }
  const chances = [
    'hold',
    'hold',
    'begin',
    'begin',
    'begin',
    'pay',
    'pay',
    'pay',
    'tell',
    'tell',
    'work',
    'work',
    'look',
  ]
  const rare = ['cancel', 'elsewhere', 'refund', 'confirm', 'wait', 'wait', 'cron']
  for (let step = 0; step < STEPS; step++) {
    const name = random() < 0.75 ? pick(chances) : pick(rare)
    try {
      await act[name]?.()
    } catch {
      // Whoever called is told nothing; the world goes on.
    }
  }
  faults.rate = 0
  Object.assign(shop.knobs, { serverErrorPercent: 0, lossPercent: 0, forgedPercent: 0, failNext: [] })
  for (let hours = 0; hours < 5; hours++) {
    clock.now += 1.1 * HOUR_MS
    shop.tick()
    await shop.notifications.deliverDue().catch(() => 0)
    await world.drain()
    await handleScheduled(world.ctx)
    await world.drain()
  }
  return world
}

/** What must hold when everything has come to rest; each broken promise in words. */
export async function brokenPromises({ ctx, shop }: World): Promise<string[]> {
  const broken: string[] = []
  const none = async (what: string, query: string) => {
    const found = await rows<{ id: number }>(query)
    if (found.length > 0) broken.push(`${what}: ${found.map(({ id }) => id).join(', ')}`)
  }
  await none(
    'still under way',
    "select id from payments where status in ('creating', 'pending') or (status = 'succeeded' and outcome is null)",
  )
  await none(
    'paid, and neither a visit nor the money back nor listed',
    `select p.id from payments p join bookings b on b.id = p.booking_id where p.status = 'succeeded' and p.exception is null
      and (p.outcome = 'confirmed' and b.status not in ('confirmed', 'completed', 'cancelled')
        or p.outcome = 'returned' and p.captured_kopecks <> (select coalesce(sum(amount_kopecks), 0) from refunds
          where payment_id = p.id and status <> 'failed'))`,
  )
  await none(
    'came in vain, and nobody tried to give it back',
    `select id from payments where outcome = 'returned' and captured_kopecks <> (select coalesce(sum(amount_kopecks), 0)
      from refunds where payment_id = payments.id and cause = 'exception')`,
  )
  await none(
    'confirmed by a payment whose money did not come',
    `select b.id from bookings b join payments p on p.booking_id = b.id
      where b.status = 'confirmed' and p.status = 'cancelled' and p.reservation_entry_id is not null
        and not exists (select 1 from payments o where o.booking_id = b.id and o.outcome = 'confirmed')
        and b.updated_at <= p.updated_at`,
  )
  await none(
    'a hold that never ends',
    "select id from bookings where status = 'pending' and hold_expires_at is not null",
  )
  await none('points put aside and forgotten', 'select entry_id as id from bonus_reservations where resolution is null')
  await none(
    'bonuses of a booked visit not spent',
    "select id from payments where outcome = 'confirmed' and bonus_points > 0 and bonus_state <> 'captured' and exception is null",
  )
  await none(
    'bonuses of a payment in vain kept',
    "select id from payments where status = 'cancelled' and bonus_state = 'reserved'",
  )
  await none(
    'a balance that is not the sum of its entries',
    `select id from users u where bonus_balance_points <> (select coalesce(sum(points), 0) from bonus_entries where user_id = u.id)`,
  )
  await none(
    'two visits at one time',
    `select a.id from bookings a join bookings b on b.id > a.id and b.starts_at = a.starts_at
    and b.staff_id = a.staff_id where a.status = 'confirmed' and b.status = 'confirmed'`,
  )
  const sums = await checkMoney(ctx)
  const { capturedKopecks: came, unexplainedKopecks, underWayKopecks } = sums
  const explained = sums.prepaidKopecks + sums.keptKopecks + sums.refundedKopecks + sums.exceptedKopecks
  if (came !== explained || unexplainedKopecks + underWayKopecks !== 0) broken.push(`money: ${JSON.stringify(sums)}`)
  const inShop = [...shop.till.payments.values()].filter(({ status }) => status === 'succeeded')
  const taken = inShop.reduce((sum, { kopecks }) => sum + kopecks, 0)
  if (taken !== came) broken.push(`the shop has ${taken}, we have ${came}`)
  if ([...shop.till.payments.values()].some(({ status }) => status === 'waiting_for_capture'))
    broken.push('money stays blocked')
  return broken
}
