import type { Context } from '../context.ts'
import { countOpenParked } from './parked-work.store.ts'

export interface Health {
  /** attention: work is parked and a person should look. */
  readonly status: 'ok' | 'attention'
  readonly parkedWork: number
}

export async function checkHealth(ctx: Context): Promise<Health> {
  const parkedWork = (await countOpenParked(ctx.db))[0]?.open ?? 0
  return { status: parkedWork > 0 ? 'attention' : 'ok', parkedWork }
}
