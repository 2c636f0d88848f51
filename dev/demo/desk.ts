import { randomUUID } from 'node:crypto'
import type { Anna } from './booking.ts'
import { demandEqual, type Stage } from './stage.ts'

const SPENT = 100
const TOO_MUCH = 1000

/** Latin letters of client codes, and what a Russian keyboard has in their place. */
const LOOK_ALIKES = new Map([...'ABCEHKMPTXY'].map((letter, index) => [letter, 'АВСЕНКМРТХУ'.charAt(index)]))

export async function spendAtDesk(stage: Stage, anna: Anna, before: number): Promise<void> {
  const { app, t, say, ok, points } = stage
  const typed = `${[...anna.code.slice(0, 3)].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('')} ${anna.code.slice(3)}`
  say(t.desk.typed(typed, anna.code))
  const found = await app.asAdmin.findUsers(typed)
  demandEqual('clients found', found.length, 1)
  demandEqual('client', found[0]?.id ?? null, anna.userId)
  demandEqual('balance', found[0]?.bonus_balance ?? null, before)
  ok(t.desk.found(`${t.anna.name} ${t.anna.surname}`, points(before)))

  const spending = { code: typed, amount: SPENT, reason: t.desk.reason, key: randomUUID() }
  const spent = await app.asAdmin.spend(spending)
  demandEqual('balance', spent.balance, before - SPENT)
  ok(t.desk.spent(points(SPENT), points(spent.balance)))

  const again = await app.asAdmin.spend(spending)
  demandEqual('replayed', again.replayed, true)
  demandEqual('ledger entry', again.entry_id, spent.entry_id)
  demandEqual('balance', (await anna.client.loyalty()).balance, before - SPENT)
  ok(t.desk.repeated)

  const refusal = await app.asAdmin.spendRefused({ ...spending, amount: TOO_MUCH, key: randomUUID() })
  demandEqual('refusal', refusal.code, 'insufficient_balance')
  demandEqual('balance', (await anna.client.loyalty()).balance, before - SPENT)
  ok(t.desk.refused(points(TOO_MUCH), refusal.detail))
}
