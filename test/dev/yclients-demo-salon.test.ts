import { describe, expect, it } from 'vitest'
import { createSimulator } from '../../dev/yclients/simulator.ts'
import { overlap, scheduleOn } from '../../dev/yclients/slots.ts'
import type { SalonRecord } from '../../dev/yclients/state.ts'
import { addDays } from '../../dev/yclients/time.ts'
import { NOON } from './yclients-harness.ts'

const demo = (seed: number) => createSimulator({ seed, now: () => NOON, hookUrls: ['https://hook.example/'] })
const sim = demo(1)
const { clock, state } = sim
const records = [...state.records.values()]
const end = (record: SalonRecord) => record.startsAt + record.seanceLength * 1000

describe('the demo salon', () => {
  it('has its services, masters, clients and two months of records, and tells nobody', () => {
    expect([state.services.size, state.staff.size, state.clients.size]).toEqual([12, 5, 40])
    const days = records.map(({ startsAt }) => clock.day(startsAt)).sort()
    const today = clock.day(NOON)
    expect(days[0]?.localeCompare(addDays(today, -30))).toBe(0)
    expect(days.at(-1)?.localeCompare(addDays(today, 28))).toBeGreaterThanOrEqual(0)
    expect(records.length).toBeGreaterThan(300)
    expect(sim.webhooks.log).toEqual([])
  })

  it('books nobody twice at a time, and only in working hours', () => {
    for (const [index, record] of records.entries()) {
      const staff = state.staff.get(record.staffId)
      const day = clock.day(record.startsAt)
      const inside =
        staff &&
        scheduleOn(staff, day).some(
          ({ from, to }) => clock.at(day, from) <= record.startsAt && end(record) <= clock.at(day, to),
        )
      expect(inside).toBe(true)
      const clashes = records
        .slice(index + 1)
        .filter((other) => overlap(record, other))
        .filter(({ staffId, clientId }) => staffId === record.staffId || (clientId && clientId === record.clientId))
      expect(clashes).toEqual([])
    }
  })

  it('has a past that mostly happened and a future that has not', () => {
    const past = records.filter((record) => end(record) <= NOON)
    const future = records.filter((record) => end(record) > NOON)
    const share = (test: (record: SalonRecord) => boolean) => past.filter(test).length / past.length
    expect(share(({ attendance }) => attendance === 1)).toBeGreaterThan(0.7)
    expect(share(({ attendance }) => attendance === -1)).toBeGreaterThan(0.02)
    expect(share(({ deleted }) => deleted)).toBeGreaterThan(0.02)
    expect(future.some(({ attendance }) => attendance === 1 || attendance === -1)).toBe(false)
    expect(records.every(({ createdAt, changedAt }) => createdAt <= changedAt && changedAt <= NOON)).toBe(true)
  })

  it('holds the cases that trip people up', () => {
    expect(records.some(({ services }) => services.length === 2)).toBe(true)
    expect(records.some(({ clientId, services }) => clientId === null && services.length === 0)).toBe(true)
    expect([...state.visits.values()].some((visit) => visit.length === 2)).toBe(true)
    expect(records.some(({ services }) => services.some(({ cost }) => cost % 1 !== 0))).toBe(true)
    expect([...state.clients.values()].some(({ email }) => email === '')).toBe(true)
  })

  it('counts each client’s visits as they are', () => {
    for (const client of state.clients.values()) {
      const attended = records.filter(({ clientId, attendance }) => clientId === client.id && attendance === 1)
      expect(client.successVisits).toBe(attended.length)
    }
  })

  it('follows from the seed', () => {
    const plain = (seed: number) => JSON.stringify([...demo(seed).state.records.values()])
    expect(plain(2)).toBe(plain(2))
    expect(plain(2)).not.toBe(plain(3))
  })
})
