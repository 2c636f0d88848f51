import { DurableObject } from 'cloudflare:workers'
import { type Context, createContext } from '../context.ts'
import { errorFields } from '../platform/log.ts'
import type { Result } from '../platform/outcome.ts'
import { MINUTE_MS } from '../platform/time.ts'
import { joinTraces, type Trace, traced } from '../platform/trace.ts'
import { type Merged, type MergeRefusal, type MergeRequest, takeOver } from '../users/merge-users.ts'
import { type BonusChange, type ChangedBonuses, changeBonuses } from './change-bonuses.ts'
import { type Ended, endPoints } from './end-points.ts'
import { type GiveBackRefusal, type GiveBackRequest, type GivenBack, giveBackPoints } from './give-back-points.ts'
import { pointsExpireAt } from './lifetime.ts'
import { type Postpone, postponeReservation, type Reservation } from './postpone-reservation.ts'
import { type Reserved, type ReserveRefusal, type ReserveRequest, reservePoints } from './reserve-points.ts'
import { type Resolve, type Resolved, type ResolveRefusal, resolvePoints } from './resolve-reservation.ts'
import { type Settled, settleMarkedVisits } from './settle-visits.ts'
import type { ChangeRefusal } from './spend-rules.ts'

/** Until the next try when something that is over could not be ended. */
const RETRY_MS = 5 * MINUTE_MS

/**
 * One object per user, named by the user's id: all changes of his bonuses go through it one after another.
 *
 * It stores nothing but when to wake up; D1 is the truth. What it gives is the order: each command reads and then writes D1, and an object
 * lets other calls in while it waits for D1, so without the queue below two commands would both read the old balance.
 */
export class BonusLedger extends DurableObject<Env> {
  #context: Context | undefined
  #last: Promise<unknown> = Promise.resolve()
  #waitingSettlement: Promise<Settled> | undefined
  #waitingTraces: Trace[] = []

  /** Brings the ledger in line with the visits marked for this user. Calls that wait together are one settlement. */
  settle(trace: Trace = {}): Promise<Settled> {
    this.#waitingTraces.push(trace)
    this.#waitingSettlement ??= this.#inTurn(async () => {
      this.#waitingSettlement = undefined
      const traces = this.#waitingTraces.splice(0)
      const settled = await settleMarkedVisits(traced(this.#ctx, joinTraces(traces)), this.#userId)
      if (settled.entries > 0) await this.#wakeForExpiry()
      return settled
    })
    return this.#waitingSettlement
  }

  /** Writes points off or gives them by hand; refusals are values. */
  change(change: BonusChange): Promise<Result<ChangedBonuses, ChangeRefusal>> {
    return this.#inTurn(async () => {
      const changed = await changeBonuses(this.#ctx, this.#userId, change)
      if (changed.ok && changed.value.points > 0) await this.#wakeForExpiry()
      return changed
    })
  }

  /** Puts points aside for a visit, until it is paid or the time is over. */
  reserve(request: ReserveRequest): Promise<Result<Reserved, ReserveRefusal>> {
    return this.#inTurn(async () => {
      const reserved = await reservePoints(this.#ctx, this.#userId, request)
      // Clocks differ; how long it may take does not.
      if (reserved.ok) await this.#wakeAt(this.#ctx.now() + reserved.value.expiresAt - request.at)
      return reserved
    })
  }

  /** Spends what was put aside, or gives it back. */
  resolve(resolve: Resolve): Promise<Result<Resolved, ResolveRefusal>> {
    return this.#inTurn(() => resolvePoints(this.#ctx, this.#userId, resolve))
  }

  /** Gives what was put aside more time, or less. */
  postpone(request: Postpone): Promise<Result<Reservation, ResolveRefusal>> {
    return this.#inTurn(async () => {
      const postponed = await postponeReservation(this.#ctx, this.#userId, request)
      if (postponed.ok) await this.#wakeAt(this.#ctx.now() + request.expiresAt - request.at)
      return postponed
    })
  }

  /** Gives back what was spent on a visit. */
  giveBack(request: GiveBackRequest): Promise<Result<GivenBack, GiveBackRefusal>> {
    return this.#inTurn(() => giveBackPoints(this.#ctx, this.#userId, request))
  }

  /** Ends what is over at this time: points put aside and not paid, points not spent. */
  end(at: number): Promise<Ended> {
    return this.#inTurn(() => endPoints(this.#ctx, this.#userId, at))
  }

  /** The sweep would come, too; the object is on time. It never throws: after six failures nobody would wake it again. */
  override async alarm(): Promise<void> {
    const now = this.#ctx.now()
    try {
      const { next } = await this.end(now)
      if (next !== null) await this.#wakeAt(Math.max(next, now + MINUTE_MS))
    } catch (error) {
      this.#ctx.log.error('bonuses.alarm_failed', { user_id: this.#userId, ...errorFields(error) })
      await this.#wakeAt(now + RETRY_MS)
    }
  }

  /** Makes somebody who turns out to be this client him: visits, contacts and balance of the other one become his. */
  takeOver(request: MergeRequest): Promise<Result<Merged, MergeRefusal>> {
    return this.#inTurn(async () => {
      const merged = await takeOver(this.#ctx, this.#userId, request)
      // What became his may be over soon: the alarm looks.
      if (merged.ok) await this.#wakeAt(this.#ctx.now() + MINUTE_MS)
      return merged
    })
  }

  /** After points were given: they expire one day. */
  async #wakeForExpiry(): Promise<void> {
    const { bonusLifetimeMonths, branchTimezone } = this.#ctx.config
    const at = pointsExpireAt(this.#ctx.now(), bonusLifetimeMonths, branchTimezone)
    if (at !== null) await this.#wakeAt(at)
  }

  /** An object has one alarm; it goes off for what is over first, and is then set for the next. */
  async #wakeAt(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm()
    if (set === null || at < set) await this.ctx.storage.setAlarm(at)
  }

  /** First in, first out. A command that fails does not hold up the next one. */
  #inTurn<T>(command: () => Promise<T>): Promise<T> {
    const result = this.#last.then(command, command)
    this.#last = result.catch(() => undefined)
    return result
  }

  get #userId(): number {
    const userId = Number(this.ctx.id.name)
    if (!Number.isSafeInteger(userId) || userId <= 0) throw new Error('a ledger is named by its user id')
    return userId
  }

  get #ctx(): Context {
    this.#context ??= createContext(this.env)
    return this.#context
  }
}
