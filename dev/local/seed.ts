import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Children } from './processes.ts'
import { runSql, type WorkerPlace } from './worker.ts'
import type { Yclients } from './yclients.ts'

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

/** Writes the demo client, if given, into the local database, and tidies up after the last run. Repeatable. */
export async function seed(children: Children, place: WorkerPlace, client: DemoClient | undefined): Promise<void> {
  const statements = [CLOSE_LOST_RUNS, ...(client ? clientSql(client) : [])]
  const file = join(place.stateDir, 'seed.sql')
  writeFileSync(file, `${statements.join(';\n')};\n`)
  await runSql(children, place, file)
}

/** Local queues live in memory: a sync run that was open when the Worker stopped has lost its message and goes on never. */
const CLOSE_LOST_RUNS = `update sync_runs set status = 'failed', error = 'stopped', finished_at = heartbeat_at
  where finished_at is null`

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
