import type { Context } from '../context.ts'
import { eventMessage, syncMessage } from '../platform/messages.ts'
import type { Result } from '../platform/outcome.ts'
import { writeAudit } from './audit.statements.ts'
import { claimForReplay, parkedExists, reopenParked } from './parked-work.store.ts'

/** Sends parked work to its queue again. If it fails again it comes back under the same key. */
export async function replayParked(
  ctx: Context,
  id: number,
  by: { actor: string; requestId: string },
): Promise<Result<{ id: number; key: string }, 'not_found' | 'already_replayed' | 'not_replayable'>> {
  const now = ctx.now()
  const [claimed] = await claimForReplay(ctx.db, id, now)
  if (!claimed) {
    const exists = (await parkedExists(ctx.db, id)).length > 0
    return { ok: false, refusal: exists ? 'already_replayed' : 'not_found' }
  }
  try {
    const message: unknown = JSON.parse(claimed.message)
    const event = eventMessage.safeParse(message)
    const sync = syncMessage.safeParse(message)
    if (event.success) await ctx.events.send(event.data)
    else if (sync.success) await ctx.sync.send(sync.data)
    else {
      await reopenParked(ctx.db, id)
      return { ok: false, refusal: 'not_replayable' }
    }
  } catch (error) {
    // Nothing was sent, so it stays parked.
    await reopenParked(ctx.db, id)
    throw error
  }
  const audit = { actor: by.actor, action: 'parked_work.replay', entity: 'parked_work', entityId: String(id) }
  await writeAudit(ctx.db, { ...audit, details: { key: claimed.key }, requestId: by.requestId }, now)
  return { ok: true, value: { id, key: claimed.key } }
}
