import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import {
  type CategoryRow,
  categoryByRequest,
  categoryRow,
  insertCategory,
  newestCategoryId,
} from './categories.store.ts'
import { keyOfRequest } from './request-key.ts'

export interface CategoryFields {
  readonly name?: string | undefined
  /** Order in lists. */
  readonly position?: number | undefined
}

/** A new category of services. The same input again with the same key is a repetition. */
export async function createCategory(
  ctx: Context,
  { name, position = 0 }: CategoryFields & { readonly name: string },
  by: By,
  key?: string,
): Promise<CategoryRow> {
  const { db } = ctx
  const now = ctx.now()
  const fields = { name, position }
  const requestKey = await keyOfRequest(key, fields)
  const audit = { by, action: 'category.create', entity: 'category', entityId: newestCategoryId, after: fields }
  try {
    const [made] = await db.batch([insertCategory(db, { ...fields, requestKey }, now), writeAudit(db, audit, now)])
    const [row] = await categoryRow(db, made[0]?.id ?? 0)
    if (!row) throw new Error('the insert gave back no category')
    return row
  } catch (error) {
    const [earlier] = requestKey === null ? [] : await categoryByRequest(db, requestKey)
    if (earlier) return earlier
    throw error
  }
}
