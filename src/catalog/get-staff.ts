import type { Context } from '../context.ts'
import { type StaffRow, staffRow } from './staff.store.ts'

/** Somebody who works here, or did. */
export async function getStaff(ctx: Context, id: number): Promise<StaffRow | undefined> {
  return (await staffRow(ctx.db, id))[0]
}

export type { StaffRow }
