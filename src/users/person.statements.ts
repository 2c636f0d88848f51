import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { identities } from './users.statements.ts'

/** What names a person: code, address, last ten digits of a phone, or number of his card in YClients. */
export interface PersonKey {
  readonly kind: 'code' | 'email' | 'phone' | 'card'
  readonly key: string
}

/**
 * Everything that names a user, as a CTE `person (kind, key)` for statements that have to find him where nobody expects him:
 * what he is known by now; contacts that he has taken away, unless somebody else has them by now; and `cards`, a query of
 * (kind, key).
 */
export const personOf = (userId: number, cards: SQL): SQL => sql`person (kind, key) as materialized (
    ${identities(userId)}
    union
    select kind, key from former_contacts former where user_id = ${userId} and not exists (
      select 1 from user_contacts owned where owned.user_id <> ${userId} and owned.kind = former.kind
        and coalesce(owned.phone_last10, owned.value) = former.key)
    union ${cards})`

/** The same as rows. */
export const keysOfPerson = (db: Db, person: SQL) => db.all<PersonKey>(sql`with ${person} select kind, key from person`)

/** What people put between the digits of a phone. */
const FILLERS = [' ', '\u00a0', '-', '(', ')', '.', '+']
const withoutFillers = (text: SQL): SQL =>
  FILLERS.reduce((inner, filler) => sql`replace(${inner}, ${sql.raw(`'${filler}'`)}, '')`, text)

/**
 * What may stand before and after a mail address that is not part of a longer one, given that a character which no text
 * holds stands in its place. A dot or dash counts as the sentence's, if no word goes on beyond it.
 */
const BEFORE = ['[^a-z0-9._%+-]', '[^a-z0-9._%+-][.-]']
const AFTER = ['[^a-z0-9.-]', '[.-][^a-z0-9]']
const standsAlone = (marked: SQL): SQL =>
  sql.join(
    BEFORE.flatMap((before) =>
      AFTER.map((after) => sql`${marked} glob ${sql.raw(`'*${before}' || char(1) || '${after}*'`)}`),
    ),
    sql` or `,
  )

/**
 * True if a text names the person of the CTE `person`, in any case; phones and codes with any spacing. Ten digits in a row
 * are nobody else's by chance, so they may stand beside other digits; addresses begin and end like others, so they have to
 * stand alone. SQLite folds ASCII only: names are not found like this. NULL names nobody. The text is read once for all keys,
 * which is what `limit 1` sees to; `case` and not `and`, of which SQLite may work out both sides.
 */
export const mentions = (text: SQL): SQL => sql`exists (
  select 1 from (select said, ${withoutFillers(sql`said`)} as bare from (select lower(${text}) as said limit 1) limit 1) t
  cross join person where case person.kind
    when 'email' then case instr(t.said, person.key) when 0 then false else exists (
      select 1 from (select '  ' || replace(t.said, person.key, char(1)) || '  ' as marked limit 1)
      where ${standsAlone(sql`marked`)}) end
    when 'card' then false
    else instr(t.bare, lower(person.key)) > 0 end)`

/** What a JSON text says, without escapes, and that of JSON inside it: for `mentions`. */
export const saidInJson = (json: SQL): SQL => sql`(
  select group_concat(case when leaf.value glob '[[{]*' and json_valid(leaf.value)
    then (select group_concat(value, '|') from json_tree(leaf.value) where atom is not null)
    else leaf.value end, '|')
  from json_tree(${json}) leaf where leaf.atom is not null)`
