import type { Context } from '../context.ts'
import { deleteErasedContactsBefore } from './personal-data.store.ts'

/** Forgets the hashes of contacts erased before this instant: nothing of them can be on its way any more. */
export async function forgetErasedContacts(ctx: Context, erasedBefore: number): Promise<void> {
  await deleteErasedContactsBefore(ctx.db, erasedBefore)
}
