import { linkUnmatchedOf } from '../booking/link-unmatched.ts'
import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'

/** Earlier visits that name the client become his. What fails here, the cron does: his own request has succeeded. */
export async function linkVisits(ctx: Context, userId: number): Promise<void> {
  try {
    await linkUnmatchedOf(ctx, userId)
  } catch (error) {
    ctx.log.error('user.linking_failed', { user_id: userId, ...errorFields(error) })
  }
}
