import type { Context } from '../context.ts'
import { type CatalogService, serviceById, staffById } from './catalog.store.ts'

/** A service that clients can book. */
export async function findService(ctx: Context, id: number): Promise<CatalogService | undefined> {
  return (await serviceById(ctx.db, id))[0]
}

/** A staff member who works here. */
export async function findStaff(ctx: Context, id: number) {
  return (await staffById(ctx.db, id))[0]
}
