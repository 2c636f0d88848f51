import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { type CategoryRow, listCategoryRows } from './categories.store.ts'

/** One page of categories, oldest first. */
export async function listCategories(
  ctx: Context,
  query: { afterId: number; limit: number },
): Promise<{ categories: readonly CategoryRow[]; nextAfterId: number | undefined }> {
  const { page, lastOfMore } = pageOf(await listCategoryRows(ctx.db, { ...query, limit: query.limit + 1 }), query.limit)
  return { categories: page, nextAfterId: lastOfMore?.id }
}
