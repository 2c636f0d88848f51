import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'
import { type LoyaltyLevel, levelsKey } from './levels.ts'

/** For the statement before: the levels are still these, in the order of their thresholds. */
export const levelsAre = (levels: readonly LoyaltyLevel[]) => sql`
  (select coalesce(json_group_array(json_array(code, name_ru, name_en, min_spend_kopecks, percent_basis_points)), '[]')
    from (select * from loyalty_levels order by min_spend_kopecks)) = ${levelsKey(levels)}`

/** To be followed by `insertLevels`; does nothing if the statement before did nothing. */
export const clearLevels = (db: Db) => db.run(sql`delete from loyalty_levels where changes() > 0`)

/** Only into a table that was cleared. */
export const insertLevels = (db: Db, levels: readonly LoyaltyLevel[]) =>
  db.run(sql`
    insert into loyalty_levels (code, name_ru, name_en, min_spend_kopecks, percent_basis_points)
    select value ->> 'code', value ->> 'nameRu', value ->> 'nameEn', value ->> 'minSpendKopecks', value ->> 'percentBasisPoints'
    from json_each(${JSON.stringify(levels)}) where not exists (select 1 from loyalty_levels)`)
