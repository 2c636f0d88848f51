import { dayInZone, HOUR_MS, wallMinute } from '../../../src/platform/time.ts'
import { bookingSql } from './booking-rows.ts'
import { insert } from './sql.ts'
import { syncSql } from './sync-rows.ts'

/** The salon that the browser finds: rows as SQL, with times around today. */
export const OWNER = { email: 'owner@example.com', name: 'Ольга', password: 'тихий горный ручей' }
export const ANNA = { id: 1, code: 'ABC12345', name: 'Анна Котова' }

const ZONE = 'Europe/Moscow'
export function salonSql(now: number): string {
  const at = (hour: number) => wallMinute(dayInZone(now, ZONE), hour * 60, ZONE)
  const clients = [
    { id: ANNA.id, name: 'Анна', surname: 'Котова', code: ANNA.code, phone: '+79000000001' },
    { id: 2, name: 'Борис', surname: 'Ёлкин', code: 'KMT11111', phone: '+79000000002' },
    { id: 3, name: '<script>document.title="x"</script>', surname: '', code: 'HHH22222', phone: '+79000000003' },
  ]
  const masters = ['Мария Образцова', 'Светлана Константинопольская', 'Пётр']
  const visits = [
    { user: 1, staff: 1, hour: 10, status: 'completed', name: 'Стоун-массаж' },
    { user: 2, staff: 1, hour: 12, status: 'confirmed', name: 'Аюрведический массаж всего тела с тёплым маслом' },
    { user: 1, staff: 2, hour: 12, status: 'confirmed', name: 'Пилинг' },
    { user: 3, staff: 2, hour: 12.5, status: 'pending', name: 'Обёртывание' },
    { user: null, staff: 3, hour: 15, status: 'pending', name: 'Массаж' },
    { user: null, staff: 3, hour: 17, status: 'no_show', name: 'Массаж' },
    { user: 1, staff: 1, hour: 14 - 24 * 7, status: 'completed', name: 'Массаж спины' },
  ]
  return [
    ...clients.flatMap(({ id, name, surname, code, phone }) => [
      insert('users', {
        id,
        name,
        surname,
        unique_code: code,
        search_name: `${name} ${surname}`.toLowerCase().replaceAll('ё', 'е'),
        created_at: now,
        updated_at: now,
      }),
      insert('user_contacts', {
        user_id: id,
        kind: 'phone',
        value: phone,
        phone_last10: phone.slice(-10),
        verified_at: now,
      }),
      insert('consents', { user_id: id, document: 'personal_data', version: '1', given_at: now, how: 'desk' }),
    ]),
    ...masters.map((name, index) => insert('staff', { id: index + 1, name })),
    ...visits.map(({ user, staff, hour, status, name }, index) =>
      insert('bookings', {
        user_id: user,
        client_match: user === null ? 'none' : 'phone',
        client_name: 'Как в YClients',
        source: 'yclients',
        status,
        yclients_company_id: 235_564,
        yclients_record_id: 1000 + index,
        staff_id: staff,
        service_name: name,
        price_kopecks: 514_750,
        duration_minutes: 60,
        items: '[]',
        starts_at: at(hour),
        ends_at: at(hour) + HOUR_MS,
        created_at: now,
        updated_at: now,
      }),
    ),
    insert('bonus_entries', {
      user_id: ANNA.id,
      kind: 'adjustment',
      points: 10_000,
      balance_after_points: 10_000,
      idempotency_key: 'given',
      reason: 'Подарок ко дню рождения',
      actor: 'admin:1',
      created_at: now,
    }),
    syncSql(now),
    bookingSql(now),
  ].join('\n')
}
