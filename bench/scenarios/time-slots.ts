import { slotsOf } from '../../src/booking/slots.ts'
import { workingTime } from '../../src/booking/working-time.ts'
import { addDays, DAY_MS, dayInZone, HOUR_MS, MINUTE_MS, wallMinute } from '../../src/platform/time.ts'
import type { Cost } from '../answers.ts'
import { median } from '../measure.ts'
import { costText, type Row, whole } from '../table.ts'
import { startVehicle, type Vehicle } from '../vehicle.ts'
import { hasGrown } from './counts.ts'
import { clientToken } from './operations.ts'

const ZONE = 'Europe/Moscow'
const DAY = addDays(dayInZone(Date.now(), ZONE), 10)
const WEEK_AFTER = addDays(DAY, 6)

/** The times of one master who has a visit every hour, in a small table of visits and in a large one; all visits are his. */
export async function countTimeSlots(folder: string, script: string, sizes: { small: number; large: number }) {
  await using vehicle = await startVehicle({ folder, script })
  await openSalon(vehicle)
  const token = await clientToken(1)
  const ask = async (query: string): Promise<Cost> => {
    const { status, cost } = await vehicle.call('GET', `/api/v1/booking/time-slots/1?${query}`, { token })
    if (status !== 200) throw new Error(`the time slots answered ${status}`)
    return cost
  }
  const questions = [
    { operation: 'GET /booking/time-slots: one master, one day', query: `staff_id=1&date=${DAY}` },
    { operation: 'GET /booking/time-slots: any of 10 masters, one day', query: `date=${DAY}` },
    {
      operation: 'GET /booking/time-slots: one master, days of a week',
      query: `staff_id=1&date_from=${DAY}&date_to=${WEEK_AFTER}`,
    },
  ]
  const askAll = () => Promise.all(questions.map(({ query }) => ask(query)))
  await seedVisits(vehicle, 0, sizes.small)
  const small = await askAll()
  await seedVisits(vehicle, sizes.small, sizes.large)
  const large = await askAll()

  return questions.flatMap(({ operation }, index): Row[] => {
    const [before, after] = [small[index], large[index]]
    if (!before || !after) return []
    return [
      {
        operation,
        figure: `${costText(before)} → ${costText(after)}`,
        deterministic: true,
        target: '≤ 2 round trips, rows independent of the table',
        met: after.roundTrips <= 2 && !hasGrown(before, after),
      },
    ]
  })
}

/** One service, ten masters who work around the clock; the first has all the visits. */
async function openSalon({ d1 }: Vehicle): Promise<void> {
  await d1.batch([
    d1.prepare("insert into services (id, name, price_kopecks, duration_minutes) values (1, 'Массаж', 514750, 30)"),
    d1.prepare(
      "insert into staff (id, name) select value, 'Мастер ' || value from json_each('[1,2,3,4,5,6,7,8,9,10]')",
    ),
    d1.prepare('insert into staff_services (staff_id, service_id) select id, 1 from staff'),
    d1.prepare(
      `insert into staff_schedules (staff_id, day_of_week, start_minute, end_minute, updated_at)
       select staff.id, value, 0, 1440, 0 from staff, json_each('[0,1,2,3,4,5,6]')`,
    ),
  ])
}

/** Visits number from…to−1, in turn an hour further after and before the middle of the week that is asked for. */
async function seedVisits({ d1 }: Vehicle, from: number, to: number): Promise<void> {
  const middle = wallMinute(DAY, 0, ZONE) + 3 * DAY_MS
  const STEP = 10_000
  for (let first = from; first < to; first += STEP) {
    await d1
      .prepare(
        `with recursive numbers (n) as (select ?1 union all select n + 1 from numbers where n + 1 < ?2)
         insert into bookings (client_match, source, status, staff_id, service_name, price_kopecks, duration_minutes, items,
           starts_at, ends_at, created_at, updated_at)
         select 'none', 'internal', 'confirmed', 1, 'Массаж', 0, 30, '[]', at, at + ${30 * MINUTE_MS}, 0, 0
         from (select ?3 + iif(n % 2, -1, 1) * ((n + 1) / 2) * ${HOUR_MS} as at from numbers)`,
      )
      .bind(first, Math.min(first + STEP, to), middle)
      .run()
  }
}

const BUSY_INTERVALS = 2000
const REPEATS = 50

/** The rule alone, in this process: a day of five-minute steps against many intervals of busy time. */
export function measureSlotRule(): Row {
  const midnight = wallMinute(DAY, 0, ZONE)
  const always = Array.from({ length: 7 }, (_, dayOfWeek) => ({
    dayOfWeek,
    startMinute: 0,
    endMinute: 1440,
    breakStartMinute: null,
    breakEndMinute: null,
  }))
  const working = workingTime({ week: always, days: [] }, { fromDay: DAY, toDay: addDays(DAY, 2) }, (day, minute) =>
    wallMinute(day, minute, ZONE),
  )
  // Scattered over the day and overlapping, in no order.
  const busy = Array.from({ length: BUSY_INTERVALS }, (_, index) => {
    const from = midnight + ((index * 7919) % 1440) * MINUTE_MS
    return { from, to: from + (index % 3) * MINUTE_MS }
  })
  const rules = {
    stepMinutes: 5,
    durationMinutes: 60,
    bufferBeforeMinutes: 10,
    bufferAfterMinutes: 10,
    minNoticeMinutes: 60,
    horizonDays: 60,
    zone: ZONE,
  }
  const window = { from: midnight, to: midnight + DAY_MS }
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now()
    slotsOf(working, busy, rules, Date.now(), window)
    return performance.now() - start
  })
  return {
    operation: `288 times of a day against ${whole(BUSY_INTERVALS)} busy intervals, in this process`,
    figure: `${milliseconds(median(times))} (slowest of ${REPEATS}: ${milliseconds(Math.max(...times))})`,
    target: '< 50 ms',
    met: median(times) < 50,
    deterministic: false,
  }
}

const milliseconds = (value: number) => `${value.toFixed(2)} ms`
