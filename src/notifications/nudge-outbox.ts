import type { Context } from '../context.ts'
import { errorFields } from '../platform/log.ts'

/** So that what YClients refuses after all, or a double click takes back, is not announced. */
const PAUSE_SECONDS = 5

/** Something may have happened that a client should be told soon. If it cannot be said, the cron finds it. */
export async function nudgeOutbox(ctx: Context): Promise<void> {
  if (!ctx.config.notices.enabled) return
  try {
    await ctx.messages.send({ kind: 'fill-outbox' }, { delaySeconds: PAUSE_SECONDS })
  } catch (error) {
    ctx.log.warn('outbox.not_nudged', errorFields(error))
  }
}
