import {
  type BookingCount,
  countBookings,
  countUnmatched,
  lastTakenVisits,
  type TakenVisit,
} from '../booking/report.statements.ts'
import type { Context } from '../context.ts'
import { countOpenParked } from '../ops/parked-work.statements.ts'
import { HOUR_MS } from '../platform/time.ts'
import { countClients } from '../users/report.statements.ts'
import { type SyncSigns, syncSigns } from './signs.statements.ts'
import { listRuns, type SyncRun } from './sync.store.ts'

/** What somebody should do, most urgent first. */
export const SYNC_ADVICE = [
  'yclients_off',
  'webhook_secret_missing',
  'never_synced',
  'sync_failing',
  'sync_overdue',
  'webhooks_missed',
  'webhooks_silent',
  'work_parked',
  'visits_unmatched',
  'codes_missing',
] as const
export type SyncAdvice = (typeof SYNC_ADVICE)[number]

export interface SyncReport extends Pick<SyncSigns, 'driftedAt' | 'cleanSince' | 'lastWebhookAt'> {
  readonly bookings: readonly BookingCount[]
  readonly clients: number
  readonly clientsWithCode: number
  readonly unmatched: number
  readonly undecided: number
  readonly parked: number
  /** Newest first. */
  readonly runs: readonly SyncRun[]
  readonly lastVisits: readonly TakenVisit[]
  readonly advice: readonly SyncAdvice[]
}

const RUNS = 5
const VISITS = 5
/** The cron comes every half hour; two that did not are no accident. */
const OVERDUE_MS = 1.5 * HOUR_MS
const SILENT_MS = 24 * HOUR_MS

/** What a page may ask each time it is opened: nothing that grows with the salon. */
export async function readSyncState(
  ctx: Context,
): Promise<Pick<SyncReport, 'driftedAt' | 'cleanSince' | 'lastWebhookAt' | 'parked'>> {
  const [[signs], [parked]] = await ctx.db.batch([syncSigns(ctx.db), countOpenParked(ctx.db)])
  if (!signs || !parked) throw new Error('a select of scalars gives a row')
  const { driftedAt, cleanSince, lastWebhookAt } = signs
  return { driftedAt, cleanSince, lastWebhookAt, parked: parked.open }
}

/** How the synchronisation stands, and what should be done about it; one round trip that counts all bookings and clients. */
export async function reportSync(ctx: Context): Promise<SyncReport> {
  const { db } = ctx
  const [bookings, [clients], [unmatched], [parked], runs, [signs], lastVisits] = await db.batch([
    countBookings(db),
    countClients(db),
    countUnmatched(db),
    countOpenParked(db),
    listRuns(db, { beforeId: Number.MAX_SAFE_INTEGER, limit: RUNS }),
    syncSigns(db),
    lastTakenVisits(db, VISITS),
  ])
  if (!clients || !unmatched || !parked || !signs) throw new Error('a select of scalars gives a row')
  const report = {
    driftedAt: signs.driftedAt,
    cleanSince: signs.cleanSince,
    lastWebhookAt: signs.lastWebhookAt,
    bookings,
    clients: clients.clients,
    clientsWithCode: clients.withCode,
    ...unmatched,
    parked: parked.open,
    runs,
    lastVisits,
  }
  return { ...report, advice: adviceOn(ctx, report) }
}

function adviceOn(ctx: Context, report: Omit<SyncReport, 'advice'>): readonly SyncAdvice[] {
  const { yclients } = ctx.config
  const now = ctx.now()
  const [newest] = report.runs
  const finishedAt = report.runs.find(({ status }) => status === 'finished')?.finishedAt
  const hasYclientsVisits = report.bookings.some(({ source }) => source === 'yclients')
  const holds: Readonly<Record<SyncAdvice, boolean>> = {
    yclients_off: !yclients.enabled,
    webhook_secret_missing: yclients.webhookSecret === undefined,
    never_synced: newest === undefined,
    sync_failing: newest?.status === 'failing' || newest?.status === 'failed',
    sync_overdue: newest !== undefined && now - Math.max(finishedAt ?? 0, newest.startedAt) > OVERDUE_MS,
    // What the very first run finds, no webhook can have told of.
    webhooks_missed: report.runs.some((run) => run.missedByWebhooks > 0),
    webhooks_silent: hasYclientsVisits && now - (report.lastWebhookAt ?? 0) > SILENT_MS,
    work_parked: report.parked > 0,
    visits_unmatched: report.undecided > 0,
    codes_missing: report.clientsWithCode < report.clients,
  }
  return SYNC_ADVICE.filter((advice) => holds[advice])
}
