import { addClient } from './clients.ts'
import type { Context } from './context.ts'
import { CATEGORIES, COMMENTS, MASTERS, MEN, SERVICES, SURNAMES, WOMEN } from './demo-data.ts'
import { createRecord, durationOf, type NewRecord } from './records.ts'
import { overlap, type Stretch, scheduleOn } from './slots.ts'
import type { Client, SalonRecord, Service, Staff } from './state.ts'
import { addDays, daysBetween } from './time.ts'

const CLIENTS = 40
const DAYS = 30
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A believable salon: its past has happened, its future is booked. No webhook tells of any of it. */
export function fillDemoSalon(ctx: Context): void {
  const { salon, clock } = ctx
  for (const category of CATEGORIES) salon.categories.set(category.id, category)
  for (const [index, master] of MASTERS.entries()) {
    const id = 8_014_901 + index
    salon.staff.set(id, { id, ...master, hidden: false, fired: false, days: new Map() })
  }
  for (const [index, { title, category, price, minutes, staff }] of SERVICES.entries()) {
    const id = 1_371_101 + index
    const links = staff.map((place) => ({ id: 8_014_901 + place, seanceLength: minutes * 60, price: null }))
    salon.services.set(id, {
      id,
      title,
      categoryId: category,
      priceMin: price,
      priceMax: price,
      duration: minutes * 60,
      active: true,
      comment: '',
      weight: SERVICES.length - index,
      staff: links,
    })
  }
  for (let index = 0; index < CLIENTS; index++) addDemoClient(ctx, index)

  const today = clock.day(clock.now())
  for (const day of daysBetween(addDays(today, -DAYS), addDays(today, DAYS))) {
    const booked: Booked[] = []
    for (const staff of salon.staff.values()) fillDay(ctx, staff, day, booked)
  }
}

function addDemoClient(ctx: Context, index: number): void {
  const { noise } = ctx
  const man = noise.chance(25, 'demo client', index)
  const surname = noise.pick(SURNAMES, 'demo surname', index)
  const two = String(index + 1).padStart(2, '0')
  const client = addClient(
    ctx,
    {
      name: noise.pick(man ? MEN : WOMEN, 'demo name', index),
      surname: man ? surname.slice(0, -1) : surname,
      phone: `+7900000${1000 + index}`,
      // Every fifth has left no e-mail.
      email: index % 5 === 4 ? '' : `client${two}@example.com`,
      sex: man ? 1 : 2,
      discount: index % 10 === 0 ? 5 : 0,
    },
    'history',
  )
  client.changedAt = ctx.clock.now() - 40 * DAY
}

interface Booked extends Stretch {
  client: Client
  visitId: number
}

/** Goes through a person's working intervals and books one thing after another, with gaps. */
function fillDay(ctx: Context, staff: Staff, day: string, booked: Booked[]): void {
  const { clock, noise } = ctx
  const ahead = Math.max(0, clock.at(day, '00:00') - clock.now()) / DAY
  // The further ahead, the emptier.
  const density = ahead === 0 ? 80 : 75 - ahead * 2
  for (const [part, slot] of scheduleOn(staff, day).entries()) {
    const end = clock.at(day, slot.to)
    for (let at = clock.at(day, slot.from), turn = 0; at < end; turn++) {
      const key = [staff.id, day, part, turn]
      const services = chooseServices(ctx, staff, key)
      const seanceLength = durationOf(ctx, services, staff.id)
      if (!noise.chance(density, 'demo booked', ...key) || at + seanceLength * 1000 > end) {
        at += 30 * MINUTE
        continue
      }
      const stretch = { startsAt: at, seanceLength }
      // Now and then somebody blocks time without a client.
      if (noise.chance(2, 'demo break', ...key)) {
        settle(ctx, { ...basics(staff, stretch), services: [], comment: 'Уборка кабинета' }, key)
      } else {
        const { client, visitId } = chooseClient(ctx, stretch, booked, key)
        const lines = services.map(({ id }) => ({ id, discount: client.discount }))
        const record = settle(
          ctx,
          {
            ...basics(staff, stretch),
            services: lines,
            client: client.id,
            comment: noise.pick(COMMENTS, 'demo comment', ...key),
            online: noise.chance(40, 'demo online', ...key),
            ...(visitId !== undefined && { visitId }),
          },
          key,
        )
        booked.push({ ...stretch, client, visitId: record.visitId })
      }
      at += Math.ceil((seanceLength * 1000) / (10 * MINUTE)) * 10 * MINUTE
    }
  }
}

const basics = (staff: Staff, stretch: Stretch): NewRecord => ({
  staffId: staff.id,
  services: [],
  client: null,
  ...stretch,
})

type Key = (string | number)[]

function chooseServices(ctx: Context, staff: Staff, key: Key): Service[] {
  const mine = [...ctx.salon.services.values()].filter(({ staff: links }) => links.some(({ id }) => id === staff.id))
  const isExtra = ({ title }: Service) => SERVICES.some((service) => service.title === title && service.extra)
  const main = mine.filter((service) => !isExtra(service))
  const extras = mine.filter(isExtra)
  const chosen = main.slice(ctx.noise.between(0, main.length - 1, 'demo service', ...key)).slice(0, 1)
  return ctx.noise.chance(12, 'demo extra', ...key) ? [...chosen, ...extras.slice(0, 1)] : chosen
}

/** Usually somebody who has nothing else that day; sometimes a client goes on to another master in the same visit. */
function chooseClient(ctx: Context, stretch: Stretch, booked: Booked[], key: Key) {
  const before = booked.find((other) => !booked.some((b) => b.client === other.client && overlap(b, stretch)))
  if (before && ctx.noise.chance(6, 'demo second record', ...key)) return before
  const clients = [...ctx.salon.clients.values()]
  const idle = clients.filter((client) => !booked.some((other) => other.client === client))
  const client = idle[ctx.noise.between(0, idle.length - 1, 'demo who', ...key)]
  if (!client) throw new Error('the demo salon has too few clients')
  return { client, visitId: undefined }
}

/** Creates the record and gives it the past it would have by now. */
function settle(ctx: Context, input: NewRecord, key: Key): SalonRecord {
  const { noise, clock } = ctx
  const now = clock.now()
  const startsAt = Number(input.startsAt)
  const endsAt = startsAt + (input.seanceLength ?? 0) * 1000
  const roll = noise.draw('demo fate', ...key) * 100
  const past = endsAt <= now
  const deleted = roll < 6
  let attendance: SalonRecord['attendance'] = 0
  if (past && !deleted && input.client !== null) attendance = roll < 14 ? -1 : roll < 17 ? 0 : 1
  if (!past && !deleted && startsAt - now < 2 * DAY && noise.chance(50, 'demo confirmed', ...key)) attendance = 2

  const record = createRecord(ctx, { ...input, attendance, paidFull: attendance === 1 }, 'history')
  record.deleted = deleted
  const madeAt = startsAt - noise.between(60, 14 * 24 * 60, 'demo made', ...key) * MINUTE
  record.createdAt = wholeSecond(Math.min(madeAt, now - noise.between(10, 3000, 'demo made before', ...key) * MINUTE))
  const lastChange = past && !deleted ? endsAt : record.createdAt + noise.between(0, 50, 'demo change', ...key) * MINUTE
  record.changedAt = wholeSecond(Math.min(lastChange, now))
  return record
}

const wholeSecond = (at: number) => Math.floor(at / 1000) * 1000
