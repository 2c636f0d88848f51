import { DurableObject } from 'cloudflare:workers'
import { type Context, createContext } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { joinTraces, type Trace, traced } from '../platform/trace.ts'
import { type Merged, type MergeRefusal, type MergeRequest, takeOver } from '../users/merge-users.ts'
import { type BonusChange, type ChangedBonuses, changeBonuses } from './change-bonuses.ts'
import { type Settled, settleMarkedVisits } from './settle-visits.ts'
import type { ChangeRefusal } from './spend-rules.ts'

/**
 * One object per user, named by the user's id: all changes of his bonuses go through it one after another.
 *
 * It stores nothing; D1 is the truth. What it gives is the order: each command reads and then writes D1, and an object
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
    this.#waitingSettlement ??= this.#inTurn(() => {
      this.#waitingSettlement = undefined
      const traces = this.#waitingTraces.splice(0)
      return settleMarkedVisits(traced(this.#ctx, joinTraces(traces)), this.#userId)
    })
    return this.#waitingSettlement
  }

  /** Writes points off or gives them by hand; refusals are values. */
  change(change: BonusChange): Promise<Result<ChangedBonuses, ChangeRefusal>> {
    return this.#inTurn(() => changeBonuses(this.#ctx, this.#userId, change))
  }

  /** Makes somebody who turns out to be this client him: visits, contacts and balance of the other one become his. */
  takeOver(request: MergeRequest): Promise<Result<Merged, MergeRefusal>> {
    return this.#inTurn(() => takeOver(this.#ctx, this.#userId, request))
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
