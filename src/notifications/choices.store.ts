import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import type { Language } from '../platform/problem.ts'

export interface ChoicesRow {
  readonly language: Language
  /** JSON list. */
  readonly off: string
}

export const choicesOf = (db: Db, userId: number) =>
  db.all<ChoicesRow>(sql`select language, off from notification_choices where user_id = ${userId}`)

/** Switches names off and on; what is not named stays, also if somebody else changes it in this moment. */
export const changeChoices = (
  db: Db,
  userId: number,
  change: { readonly language?: Language | undefined; readonly off: readonly string[]; readonly on: readonly string[] },
  now: number,
) => {
  const { language = null } = change
  const off = JSON.stringify(change.off)
  const on = JSON.stringify(change.on)
  return db.all<ChoicesRow>(sql`
    insert into notification_choices (user_id, language, off, updated_at)
    select id, coalesce(${language}, 'ru'), ${off}, ${now} from users where id = ${userId} and erased_at is null
    on conflict (user_id) do update set language = coalesce(${language}, language), updated_at = excluded.updated_at,
      off = (select json_group_array(name) from (
        select value as name from json_each(notification_choices.off) where value not in (select value from json_each(${on}))
        union select value from json_each(${off}) order by 1))
    returning language, off`)
}
