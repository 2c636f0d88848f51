import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { Counted, Noted } from '../platform/metrics.ts'

export const addCounters = (db: Db, counted: readonly Counted[]) =>
  db.run(sql`
    insert into metric_counters (name, labels, value)
    select value ->> 'name', value ->> 'labels', cast(round(value ->> 'value') as integer)
    from json_each(${JSON.stringify(counted)}) where true
    on conflict (name, labels) do update set value = metric_counters.value + excluded.value`)

export const listCounters = (db: Db) =>
  db.all<Counted>(sql`select name, labels, value from metric_counters order by name, labels`)

/** What was heard last, of several the latest. */
export const beat = (db: Db, beats: readonly (Pick<Noted, 'name' | 'at'> & { value: number | null })[]) =>
  db.run(sql`
    insert into heartbeats (name, at, value)
    select value ->> 'name', value ->> 'at', value ->> 'value' from json_each(${JSON.stringify(beats)}) where true
    on conflict (name) do update set at = excluded.at, value = excluded.value where excluded.at >= heartbeats.at`)
