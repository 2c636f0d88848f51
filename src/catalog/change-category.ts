import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { type CategoryRow, categoryRow, updateCategory } from './categories.store.ts'
import { changeRow } from './change-row.ts'
import type { CategoryFields } from './create-category.ts'

/** What a manager changes about a category. */
export async function changeCategory(
  ctx: Context,
  id: number,
  given: CategoryFields,
  by: By,
): Promise<Result<CategoryRow, 'category_not_found'>> {
  const { db } = ctx
  const changed = await changeRow<CategoryRow, never>(ctx, {
    read: () => categoryRow(db, id),
    given: () => ({ ...given }),
    write: (row, fields, now) => updateCategory(db, row, fields, now),
    by,
    action: 'category.change',
    entity: 'category',
  })
  return changed.ok ? changed : { ok: false, refusal: 'category_not_found' }
}
