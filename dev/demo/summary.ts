import { VERDICTS } from '../local/salon-app.ts'
import type { Anna } from './booking.ts'
import { demandEqual, type Stage } from './stage.ts'

const signed = (points: number) => (points > 0 ? `+${points}` : String(points).replace('-', '−'))

export async function summarise(stage: Stage, anna: Anna): Promise<void> {
  const { app, t, say, ok, rubles, when, points } = stage
  const table = (rows: readonly (readonly string[])[]) => {
    for (const row of aligned(rows)) say(`  ${row}`)
  }

  say(t.summary.bookings(`${t.anna.name} ${t.anna.surname}, ${anna.code}`))
  const bookings = await anna.client.bookings()
  table(
    bookings.map((one) => [
      when(one.appointment_datetime),
      one.service_name,
      rubles(one.service_price),
      t.summary.statuses[one.status],
      signed(one.loyalty_bonuses_amount),
    ]),
  )

  say(t.summary.ledger)
  const entries = await anna.client.entries()
  table(entries.toReversed().map((one) => [signed(one.points), `= ${one.balance_after}`, one.explanation]))
  const sum = entries.reduce((total, one) => total + one.points, 0)
  const { balance } = await anna.client.loyalty()
  demandEqual('sum of the ledger', sum, balance)
  ok(t.summary.sum(points(sum), points(balance)))

  say(t.summary.runs)
  for (const run of (await app.asAdmin.syncRuns()).toReversed()) {
    say(`  ${t.summary.run(run.fetched, run.created, run.updated, run.unchanged, run.missed_by_webhooks)}`)
  }

  say(t.summary.events)
  const events = await app.asAdmin.webhookEvents()
  const counts = VERDICTS.map((verdict) => ({ verdict, count: events.filter((one) => one.verdict === verdict).length }))
  table(counts.flatMap(({ verdict, count }) => (count > 0 ? [[String(count), t.summary.verdicts[verdict]]] : [])))
  demandEqual('parked work', await app.parkedWork(), 0)
  ok(t.summary.healthy)
}

/** Rows as lines with their columns one below the other. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
