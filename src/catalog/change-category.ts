import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { type CategoryRow, categoryRow, updateCategory } from './categories.store.ts'
import { changeRow, isStale } from './change-row.ts'
import type { CategoryFields } from './create-category.ts'

/** What a manager changes about a category. */
export async function changeCategory(
  ctx: Context,
  id: number,
  given: CategoryFields,
  by: By,
  seen?: number,
): Promise<Result<CategoryRow, 'category_not_found' | 'changed_meanwhile'>> {
  const { db } = ctx
  const changed = await changeRow<CategoryRow, 'changed_meanwhile'>(ctx, {
    read: () => categoryRow(db, id),
    given: (row) => (isStale(row, seen) ? 'changed_meanwhile' : { ...given }),
    write: (row, fields, now) => updateCategory(db, row, fields, now),
    by,
    action: 'category.change',
    entity: 'category',
  })
  if (changed.ok) return changed
  return { ok: false, refusal: changed.refusal === 'not_found' ? 'category_not_found' : changed.refusal }
}
