import { type SQL, sql } from 'drizzle-orm'

/** Is this session still going on? `session` is a column of its id. */
export const isLiveSession = (session: SQL, now: number): SQL => sql`
  exists (select 1 from sessions where id = ${session} and ended_at is null and expires_at > ${now})`
