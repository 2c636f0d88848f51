import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { seeded } from '../support/history.ts'
import { addOwnService, openOwnSalon, tryToBook } from '../support/own-salon.ts'
import { addBooking, addUser } from '../support/salon.ts'
import { CLIENT, startWorld } from '../support/world.ts'

interface ShownSlot {
  readonly starts_at: string
  readonly available: boolean
  readonly staff_id: number
}

test.each(Array.from({ length: 16 }, (_, i) => i + 1))(
  'in a salon drawn by %i every slot shown free can be booked, and every one shown taken is refused',
  async (seed) => {
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T // never of an empty list
    const world = startWorld()
    const hours: [number, number] = [60 * pick([7, 9, 20]), 60 * pick([15, 21, 30])]
    const breakStart = hours[0] + 60 * pick([2, 3])
    const { serviceId, staffIds } = await openOwnSalon({
      masters: pick([1, 2, 3]),
      durationMinutes: pick([30, 45, 60, 90]),
      bufferAfterMinutes: pick([0, 15]),
      hours: hours[1] > hours[0] + 240 ? hours : [540, 1260],
      ...(hours[1] > hours[0] + 240 && random() < 0.5 ? { breakTime: [breakStart, breakStart + 45] as const } : {}),
    })
    const extra = await addOwnService({ durationMinutes: 30, staffIds })
    await env.DB.prepare('update services set slot_step_minutes = ?, buffer_before_minutes = ? where id = ?')
      .bind(pick([15, 30, 60]), pick([0, 10]), serviceId)
      .run()
    const client = await addUser()
    const day = pick(['2026-09-15', '2026-09-16'])
    for (let i = 0; i < 3; i++) {
      const id = await addBooking({
        userId: null,
        status: 'pending',
        startsAt: Date.parse(`${day}T10:00:00+03:00`) + i * 5_400_000,
      })
      await env.DB.prepare('update bookings set staff_id = ? where id = ?').bind(pick(staffIds), id).run()
    }
    const additional = random() < 0.3 ? [extra] : []
    const staff = random() < 0.5 ? pick(staffIds) : undefined
    const query = new URLSearchParams({ date: day })
    if (staff !== undefined) query.set('staff_id', String(staff))
    if (additional.length > 0) query.set('additional_services', additional.join(','))

    for (let round = 0; round < 6; round++) {
      const answer = await world.call('GET', `/api/v1/booking/time-slots/${serviceId}?${query}`, { as: CLIENT(client) })
      expect(answer.status).toBe(200)
      const { slots } = await answer.json<{ slots: ShownSlot[] }>()
      const bookAt = ({ starts_at }: ShownSlot) =>
        tryToBook(world, client, {
          service_id: serviceId,
          appointment_datetime: starts_at,
          additional_services: additional,
          ...(staff === undefined ? {} : { staff_id: staff }),
        })
      const taken = slots.filter(({ available }) => !available)
      if (taken.length > 0) expect([409, 422]).toContain((await bookAt(pick(taken))).status)
      const free = slots.filter(({ available }) => available)
      if (free.length === 0) break
      const wanted = pick(free)
      const booked = await bookAt(wanted)
      expect([booked.status, (await booked.json<{ staff_id: number }>()).staff_id]).toEqual([201, wanted.staff_id])
    }
  },
)
