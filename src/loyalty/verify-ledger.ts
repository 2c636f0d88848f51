import type { By } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { DONE, type Outcome } from '../platform/outcome.ts'
import { HOUR_MS, MINUTE_MS } from '../platform/time.ts'
import {
  checkById,
  insertCheck,
  type LedgerCheck,
  listChecks,
  openCheck,
  type Progress,
  saveProgress,
} from './ledger-checks.store.ts'
import type { Difference } from './ledger-difference.ts'
import { wrongLots } from './ledger-lots.store.ts'
import { clientsOfPage, type PageDifference, visitsOfPage, wrongClients, wrongVisits } from './ledger-pages.store.ts'
import { isNight } from './night.ts'

/** Of rows of one table; each has some entries. */
const CLIENTS_A_PAGE = 1000
const VISITS_A_PAGE = 2000
/** Two round trips each; a Worker of the free plan may make fifty queries. */
const PAGES_A_STEP = 10
const MAX_DETAILS = 100
/** Alarm and sweep had so long to give back what was not paid in time. */
const LATE_MS = 2 * HOUR_MS

/** A check that says nothing for so long has lost its message. */
const SILENT_MS = 10 * MINUTE_MS
const NIGHTLY_MS = 20 * HOUR_MS
/** If no cron came at night, any hour will do. */
const OVERDUE_MS = 30 * HOUR_MS

/**
 * Proves the ledger, or goes on with the proof that is under way: one step now, the others by the queue. A small salon has its
 * answer at once; of a large one the check is not finished yet.
 */
export async function verifyLedger(ctx: Context, by: By): Promise<LedgerCheck> {
  const { db } = ctx
  const now = ctx.now()
  const [, , [open]] = await db.batch([
    insertCheck(db, 'manual', now),
    writeAudit(db, { by, action: 'ledger.verify', entity: 'ledger', entityId: 'all' }, now),
    openCheck(db),
  ])
  // Of all open checks there is one, and this batch saw to it.
  if (!open) throw new Error('no check of the ledger is open')
  await step(ctx, open)
  const [check] = await checkById(db, open.id)
  return check ?? open
}

/** Once a night; and goes on with a check whose message was lost. Safe to repeat and to interrupt. */
export async function verifyLedgerNightly(ctx: Context): Promise<void> {
  const { db } = ctx
  const now = ctx.now()
  const [[open], [last]] = await db.batch([
    openCheck(db),
    listChecks(db, { beforeId: Number.MAX_SAFE_INTEGER, limit: 1 }),
  ])
  if (open) {
    if (now - open.heartbeatAt >= SILENT_MS) await step(ctx, open)
    return
  }
  const age = last ? now - last.startedAt : undefined
  const isDue = isNight(now, ctx.config.branchTimezone)
    ? age === undefined || age >= NIGHTLY_MS
    : (age ?? 0) >= OVERDUE_MS
  if (!isDue) return
  const [, [started]] = await db.batch([insertCheck(db, 'cron', now), openCheck(db)])
  if (started) await step(ctx, started)
}

/** The queue's part: the next step of a check, unless it has come to its end. */
export async function continueLedgerCheck(ctx: Context, checkId: number): Promise<Outcome> {
  const [check] = await checkById(ctx.db, checkId)
  if (check && check.finishedAt === null) await step(ctx, check)
  return DONE
}

/** Some pages, and a message for the rest. Whoever loses the race for a page leaves the rest to the winner. */
async function step(ctx: Context, from: LedgerCheck): Promise<void> {
  let check = from
  for (let pages = 0; pages < PAGES_A_STEP; pages++) {
    const [saved] = await saveProgress(ctx.db, check, await readPage(ctx, check), ctx.now())
    if (!saved) return
    check = saved
    if (check.finishedAt !== null) return tell(ctx, check)
  }
  await ctx.events.send({ kind: 'verify-ledger', checkId: check.id })
}

/** All clients come first, then all visits. Each page is read at one moment. */
async function readPage(ctx: Context, check: LedgerCheck): Promise<Progress> {
  const { db } = ctx
  const known: readonly Difference[] = JSON.parse(check.details)
  const room = MAX_DETAILS - known.length
  const { afterUserId, afterBookingId } = check
  const nothing = { afterUserId, afterBookingId, users: 0, entries: 0, visits: 0, waiting: 0, finished: false }

  if (afterBookingId === 0) {
    const page = { afterId: afterUserId, rows: CLIENTS_A_PAGE }
    const [[clients], wrong, lots] = await db.batch([
      clientsOfPage(db, page),
      wrongClients(db, page, MAX_DETAILS),
      wrongLots(db, page, ctx.now() - LATE_MS, MAX_DETAILS),
    ])
    if (clients && clients.lastId !== null) {
      const { users, entries, lastId } = clients
      return { ...nothing, afterUserId: lastId, users, entries, ...added(known, [wrong, lots], room) }
    }
  }
  const page = { afterId: afterBookingId, rows: VISITS_A_PAGE }
  const [[visits], wrong] = await db.batch([visitsOfPage(db, page), wrongVisits(db, page, MAX_DETAILS)])
  if (!visits || visits.lastId === null) return { ...nothing, finished: true, differences: 0, details: known }
  return {
    ...nothing,
    afterBookingId: visits.lastId,
    visits: visits.visits,
    waiting: visits.waiting,
    ...added(known, [wrong], room),
  }
}

function added(known: readonly Difference[], wrong: readonly (readonly PageDifference[])[], room: number) {
  const more = wrong
    .flat()
    .slice(0, room)
    .map(({ total: _, ...difference }) => difference)
  const differences = wrong.reduce((sum, list) => sum + (list[0]?.total ?? 0), 0)
  return { differences, details: [...known, ...more] }
}

function tell(ctx: Context, { id, users, entries, visits, waiting, differences }: LedgerCheck): void {
  const fields = { check_id: id, users, entries, visits, waiting, differences }
  if (differences > 0) ctx.log.error('ledger.differs', fields)
  else ctx.log.info('ledger.adds_up', fields)
}
