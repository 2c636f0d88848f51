import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { seeded } from '../support/history.ts'
import { addOwnService, openOwnSalon, tryToBook } from '../support/own-salon.ts'
import { addBooking, addUser, rows } from '../support/salon.ts'
import { CLIENT, startWorld } from '../support/world.ts'

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1)

interface Visit {
  readonly id: number
  readonly staff_id: number
  readonly source: string
  readonly busy_from: number
  readonly busy_to: number
}

const activeVisits = (now: number) =>
  rows<Visit>(
    `select id, staff_id, source, starts_at - buffer_before_minutes * 60000 as busy_from, ends_at + buffer_after_minutes * 60000 as busy_to
    from bookings where status in ('pending', 'confirmed', 'completed') and (hold_expires_at is null or hold_expires_at > ?)
    order by staff_id, busy_from`,
    now,
  )

test.each(SEEDS)(
  'forty at once (%i): no two visits that were booked here overlap, and facts of YClients all stand',
  async (seed) => {
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T // never of an empty list
    const world = startWorld()
    const { serviceId, staffIds } = await openOwnSalon({
      masters: 2,
      durationMinutes: pick([30, 60, 90]),
      bufferAfterMinutes: pick([0, 10, 30]),
    })
    const long = await addOwnService({ durationMinutes: 120, staffIds })
    const clients = await Promise.all(Array.from({ length: 8 }, () => addUser()))
    const time = () =>
      `2026-09-16T${String(9 + Math.floor(random() * 9)).padStart(2, '0')}:${pick(['00', '30'])}:00+03:00`
    const create = () =>
      tryToBook(world, pick(clients), {
        service_id: pick([serviceId, long]),
        appointment_datetime: time(),
        ...(random() < 0.5 ? { staff_id: pick(staffIds) } : {}),
        ...(random() < 0.3 ? { hold: true } : {}),
      })
    for (let i = 0; i < 6; i++) await create()
    const existing = await rows<{ id: number; user_id: number }>('select id, user_id from bookings')
    const facts: number[] = []
    const fact = async () => {
      const id = await addBooking({ userId: null, status: 'pending', startsAt: Date.parse(time()) })
      await env.DB.prepare('update bookings set staff_id = ? where id = ?').bind(pick(staffIds), id).run()
      facts.push(id)
    }
    const change = (body: () => object) => {
      const { id, user_id } = pick(existing)
      return world.call('PATCH', `/api/v1/bookings/${id}`, { as: CLIENT(user_id), body: body() })
    }
    await Promise.all(
      Array.from({ length: 40 }, () => {
        const what = random()
        if (what < 0.5) return create()
        if (what < 0.75) return change(() => ({ appointment_datetime: time() }))
        if (what < 0.85) return change(() => ({ status: 'cancelled' }))
        return fact()
      }),
    )
    const visits = await activeVisits(world.clock.now)
    const ours = visits.filter(({ source }) => source === 'internal')
    const clashes = ours.flatMap((a, index) =>
      ours
        .slice(index + 1)
        .filter((b) => b.staff_id === a.staff_id && b.busy_from < a.busy_to && a.busy_from < b.busy_to),
    )
    expect(clashes).toEqual([])
    expect(ours.length).toBeGreaterThan(1)
    const theirs = visits.filter(({ source }) => source === 'yclients').map(({ id }) => id)
    expect(theirs.sort()).toEqual([...facts].sort())
  },
)
