import type { Context } from '../context.ts'
import type { LoyaltyLevel } from './levels.ts'
import { readLevels } from './loyalty.store.ts'

/** The levels, lowest first. */
export const listLevels = async (ctx: Context): Promise<readonly LoyaltyLevel[]> => await readLevels(ctx.db)
