import { addDays, dayInZone, HOUR_MS, wallMinute } from '../../../src/platform/time.ts'
import { insert } from './sql.ts'

const ZONE = 'Europe/Moscow'

/** What the salon books by itself: two masters who work every day, two services, and visits of tomorrow. */
export const OWN = {
  services: { massage: { id: 101, name: 'Медовый массаж' }, peeling: { id: 102, name: 'Солевой пилинг' } },
  masters: [
    { id: 11, name: 'Зоя Ветрова' },
    { id: 12, name: 'Инна Гаврилова' },
  ],
  /** With Zoya, tomorrow at ten and at twelve. */
  visits: { ten: 201, twelve: 202 },
  /** Completed yesterday; nobody knows whose it is. */
  unmatched: { id: 203, service: 'Водорослевое обёртывание' },
} as const

export const tomorrow = () => addDays(dayInZone(Date.now(), ZONE), 1)

export function bookingSql(now: number): string {
  const { services, masters, visits, unmatched } = OWN
  const at = (day: number, hour: number) => wallMinute(addDays(dayInZone(now, ZONE), day), hour * 60, ZONE)
  const visit = (id: number, user: number | null, startsAt: number, more: Record<string, string | number | null>) =>
    insert('bookings', {
      id,
      user_id: user,
      client_match: user === null ? 'none' : 'code',
      client_name: user === null ? 'Боря' : 'Борис Ёлкин',
      source: 'internal',
      status: 'pending',
      staff_id: masters[0].id,
      service_id: services.massage.id,
      service_name: services.massage.name,
      price_kopecks: 300_000,
      duration_minutes: 60,
      items: '[]',
      starts_at: startsAt,
      ends_at: startsAt + HOUR_MS,
      created_at: now,
      updated_at: now,
      ...more,
    })
  return [
    insert('service_categories', { id: 101, name: 'Тело', position: 1 }),
    ...Object.values(services).map(({ id, name }) =>
      insert('services', {
        id,
        name,
        price_kopecks: 300_000,
        duration_minutes: 60,
        booking_method: 'internal',
        category_id: 101,
      }),
    ),
    ...masters.flatMap(({ id, name }) => [
      insert('staff', { id, name }),
      ...Object.values(services).map((service) => insert('staff_services', { staff_id: id, service_id: service.id })),
      ...[0, 1, 2, 3, 4, 5, 6].map((day) =>
        insert('staff_schedules', {
          staff_id: id,
          day_of_week: day,
          start_minute: 540,
          end_minute: 1260,
          updated_at: now,
        }),
      ),
    ]),
    visit(visits.ten, 2, at(1, 10), {}),
    visit(visits.twelve, 2, at(1, 12), {}),
    visit(unmatched.id, null, at(-1, 12), {
      status: 'completed',
      service_id: null,
      service_name: unmatched.service,
      staff_id: null,
      phone: '+7 900 000-00-77',
    }),
  ].join('\n')
}
