import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Children } from './processes.ts'
import { runSql, type WorkerPlace } from './worker.ts'
import type { Yclients, YclientsService, YclientsStaff } from './yclients.ts'

export interface Catalogue {
  readonly services: readonly YclientsService[]
  readonly staff: readonly YclientsStaff[]
}

export interface DemoClient {
  readonly name: string
  readonly surname: string
  readonly phone: string
  readonly email: string
}

/** The demo client's place in the database, and the code under which he is known. */
export const DEMO_USER_ID = 1
export const DEMO_CODE = 'KMT40217'

const NOBODY_YET: DemoClient = {
  name: 'Анна',
  surname: 'Демонстрационная',
  phone: '+79000009001',
  email: 'anna@example.com',
}

export const readCatalogue = async (yclients: Yclients): Promise<Catalogue> => ({
  services: await yclients.services(),
  staff: await yclients.staff(),
})

/**
 * The invented client who came most often, so that the app has a history to show. A real salon has no clients at
 * example.com; there, or if no records can be read, the demo client is somebody of whom YClients knows nothing.
 */
export async function chooseDemoClient(yclients: Yclients): Promise<DemoClient> {
  const visits = new Map<string, { client: DemoClient; count: number }>()
  const records = await yclients.records().catch(() => [])
  for (const { client, attendance } of records) {
    if (!client || !isInvented(client)) continue
    const { count } = visits.get(client.phone) ?? { count: 0 }
    visits.set(client.phone, { client, count: count + (attendance === 1 ? 1 : 0) })
  }
  const [best] = [...visits.values()].sort((a, b) => b.count - a.count)
  return best?.client ?? NOBODY_YET
}

const isInvented = ({ phone, email }: DemoClient) => phone.startsWith('+7900000') && email.endsWith('@example.com')

/** Writes the salon's services and masters, and the demo client if given, into the local database. Repeatable. */
export async function seed(
  children: Children,
  place: WorkerPlace,
  catalogue: Catalogue,
  client: DemoClient | undefined,
): Promise<void> {
  const statements = [
    CLOSE_LOST_RUNS,
    ...catalogue.services.map(serviceSql),
    ...catalogue.staff.map(staffSql),
    ...(client ? clientSql(client) : []),
  ]
  const file = join(place.stateDir, 'seed.sql')
  writeFileSync(file, `${statements.join(';\n')};\n`)
  await runSql(children, place, file)
}

/** Local queues live in memory: a sync run that was open when the Worker stopped has lost its message and goes on never. */
const CLOSE_LOST_RUNS = `update sync_runs set status = 'failed', error = 'stopped', finished_at = heartbeat_at
  where finished_at is null`

const DEFAULT_SECONDS = 3600

function serviceSql({ id, title, price_min, duration, staff }: YclientsService): string {
  const seconds = duration || staff?.find((one) => one.seance_length)?.seance_length || DEFAULT_SECONDS
  const minutes = Math.max(1, Math.round(seconds / 60))
  return `insert into services (name, price_kopecks, duration_minutes, yclients_service_id)
  values (${quote(title)}, ${Math.round(price_min * 100)}, ${minutes}, ${id})
  on conflict (yclients_service_id) do update set
    name = excluded.name, price_kopecks = excluded.price_kopecks, duration_minutes = excluded.duration_minutes`
}

const staffSql = ({ id, name }: YclientsStaff) =>
  `insert into staff (name, yclients_staff_id) values (${quote(name)}, ${id})
  on conflict (yclients_staff_id) do update set name = excluded.name`

function clientSql({ name, surname, phone, email }: DemoClient): string[] {
  const now = Date.now()
  // As src/auth/fold-name.ts folds it; without it the name would not be found in the admin's search.
  const searchName = `${name} ${surname}`.toLocaleLowerCase('ru').replaceAll('ё', 'е')
  // Only the first time: a kept state has its demo client already, perhaps with other contacts.
  const contact = (kind: string, value: string, last10: string) =>
    `insert into user_contacts (user_id, kind, value, phone_last10, verified_at)
  select ${DEMO_USER_ID}, '${kind}', ${quote(value)}, ${last10}, ${now}
  where not exists (select 1 from user_contacts where user_id = ${DEMO_USER_ID} and kind = '${kind}')
  on conflict do nothing`
  return [
    `insert into users (id, unique_code, name, surname, search_name, created_at, updated_at)
  values (${DEMO_USER_ID}, '${DEMO_CODE}', ${quote(name)}, ${quote(surname)}, ${quote(searchName)}, ${now}, ${now})
  on conflict do nothing`,
    contact('phone', phone, quote(phone.slice(-10))),
    contact('email', email, 'null'),
  ]
}

/** A text as SQL; names in a salon contain quotes, and nothing good ever contained a control character. */
const quote = (text: string) => `'${text.replace(/\p{Cc}/gu, ' ').replaceAll("'", "''")}'`
