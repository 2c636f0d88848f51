import type { Context } from '../context.ts'
import { type CategoryRow, categoryRow } from './categories.store.ts'

export async function getCategory(ctx: Context, id: number): Promise<CategoryRow | undefined> {
  return (await categoryRow(ctx.db, id))[0]
}

export type { CategoryRow }
