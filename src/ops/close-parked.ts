import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { parkableMessage } from '../messages.ts'
import type { Result } from '../platform/outcome.ts'
import { somethingChanged, writeAudit } from './audit.statements.ts'
import { closeParked, type ParkedWork, parkedById, reopenParked } from './parked-work.store.ts'

export interface ClosedWork {
  readonly id: number
  readonly key: string
}
type Refusal = 'not_found' | 'already_replayed' | 'not_replayable'

/** Sends parked work to its queue again. If it fails again it comes back under the same key. */
export async function replayParked(ctx: Context, id: number, by: By): Promise<Result<ClosedWork, Refusal>> {
  const closed = await close(ctx, id, 'parked_work.replay', by)
  if (!closed.ok) return closed
  let sent: boolean
  try {
    sent = await sendAgain(ctx, JSON.parse(closed.value.message))
  } catch (error) {
    // Nothing was sent, so it stays parked.
    await reopenParked(ctx.db, id)
    throw error
  }
  if (sent) return { ok: true, value: { id, key: closed.value.key } }
  await reopenParked(ctx.db, id)
  return { ok: false, refusal: 'not_replayable' }
}

/** To the queue it came from; false if no queue takes it. */
async function sendAgain(ctx: Context, stored: unknown): Promise<boolean> {
  const { success, data: message } = parkableMessage.safeParse(stored)
  if (!success) return false
  if (message.kind === 'send-message') await ctx.messages.send(message)
  else await ctx.events.send(message)
  return true
}

/** An administrator has dealt with it otherwise, or decided that it does not matter. */
export async function dismissParked(ctx: Context, id: number, by: By): Promise<Result<ClosedWork, Refusal>> {
  const closed = await close(ctx, id, 'parked_work.dismiss', by)
  return closed.ok ? { ok: true, value: { id, key: closed.value.key } } : closed
}

async function close(ctx: Context, id: number, action: string, by: By): Promise<Result<ParkedWork, Refusal>> {
  const now = ctx.now()
  const audit = { by, action, entity: 'parked_work', entityId: String(id), when: somethingChanged }
  const [rows] = await ctx.db.batch([closeParked(ctx.db, id, now), writeAudit(ctx.db, audit, now)])
  const [row] = rows
  if (row) return { ok: true, value: row }
  const exists = (await parkedById(ctx.db, id)).length > 0
  return { ok: false, refusal: exists ? 'already_replayed' : 'not_found' }
}
