import { sql } from 'drizzle-orm'
import type { Db } from '../platform/db.ts'

/** Attempts that the day's limits have held back, on this day of the branch. */
export const messagesHeldBack = (db: Db, day: string) =>
  db.all<{ heldBack: number }>(sql`
    select coalesce(sum(held_back), 0) as heldBack from notice_counts where day = ${day}`)
