import type { By } from '../auth/actor.ts'
import { leaveUntold } from '../booking/yclients-link.statements.ts'
import type { Context } from '../context.ts'
import { eventMessage, type ParkableMessage, parkableMessage, peopleMessage } from '../messages.ts'
import type { Result } from '../platform/outcome.ts'
import { somethingChanged, writeAudit } from './audit.statements.ts'
import { bookingOfUntold } from './parked-work.statements.ts'
import { closeParked, parkedById, reopenParked } from './parked-work.store.ts'

export interface ClosedWork {
  readonly id: number
  readonly key: string
}
type Refusal = 'not_found' | 'already_replayed' | 'not_replayable'

/** Sends parked work to its queue again. If it fails again it comes back under the same key. */
export async function replayParked(ctx: Context, id: number, by: By): Promise<Result<ClosedWork, Refusal>> {
  const [work] = await parkedById(ctx.db, id)
  if (!work) return { ok: false, refusal: 'not_found' }
  const message = parkableMessage.safeParse(JSON.parse(work.message))
  if (!message.success) return { ok: false, refusal: 'not_replayable' }
  const closed = await close(ctx, id, 'parked_work.replay', by)
  if (!closed.ok) return closed
  try {
    await send(ctx, message.data)
  } catch (error) {
    // Nothing was sent, so it stays parked.
    const audit = { by, action: 'parked_work.reopen', entity: 'parked_work', entityId: String(id) }
    await ctx.db.batch([reopenParked(ctx.db, id), writeAudit(ctx.db, audit, ctx.now())])
    throw error
  }
  return closed
}

async function send(ctx: Context, message: ParkableMessage): Promise<void> {
  const forPeople = peopleMessage.safeParse(message)
  const forUs = eventMessage.safeParse(message)
  if (forPeople.success) await ctx.messages.send(forPeople.data)
  else if (forUs.success) await ctx.events.send(forUs.data)
}

/** An administrator has dealt with it otherwise, or decided that it does not matter. */
export async function dismissParked(ctx: Context, id: number, by: By): Promise<Result<ClosedWork, Refusal>> {
  const closed = await close(ctx, id, 'parked_work.dismiss', by)
  const bookingId = closed.ok ? bookingOfUntold(closed.value.key) : undefined
  // Else the sweep would bring it again: somebody has decided that YClients need not be told.
  if (bookingId !== undefined) await leaveUntold(ctx.db, bookingId, ctx.now())
  return closed
}

async function close(
  ctx: Context,
  id: number,
  action: string,
  by: By,
): Promise<Result<ClosedWork, 'not_found' | 'already_replayed'>> {
  const now = ctx.now()
  const audit = { by, action, entity: 'parked_work', entityId: String(id), when: somethingChanged }
  const [rows] = await ctx.db.batch([closeParked(ctx.db, id, now), writeAudit(ctx.db, audit, now)])
  const [row] = rows
  if (row) return { ok: true, value: { id, key: row.key } }
  const exists = (await parkedById(ctx.db, id)).length > 0
  return { ok: false, refusal: exists ? 'already_replayed' : 'not_found' }
}
