import { forgetOldAdminRecords } from '../admin/forget-old.ts'
import { forgetOldSignIns } from '../auth/forget-old.ts'
import type { Context } from '../context.ts'
import { forgetOldNotices } from '../notifications/forget-old.ts'
import { errorFields } from '../platform/log.ts'
import { DAY_MS } from '../platform/time.ts'
import { forgetErasedContacts } from '../users/forget-erased.ts'
import { forgetOldEvents } from '../yclients/forget-old-events.ts'
import { deleteAuditBefore } from './audit.store.ts'
import { deleteParkedClosedBefore } from './parked-work.store.ts'

/**
 * Events and closed parked work serve repair only, and parked messages name people.
 * Contacts of erased clients stay known as long, since a visit that names them may still be on its way.
 */
const KEEP_EVENTS_MS = 30 * DAY_MS
/** The lists of records that each page of a sync showed. */
const KEEP_SYNC_PAGES_MS = 2 * DAY_MS
/** Codes and sessions that are over: for questions about a sign-in of the last days. */
const KEEP_SIGN_INS_MS = 7 * DAY_MS
/** For questions about what a client was told, and when. */
const KEEP_NOTICES_MS = 90 * DAY_MS
/** As long as a claim can be brought before a court. */
const KEEP_AUDIT_MS = 3 * 365 * DAY_MS
/** Of one table in one run; there are 48 runs a day. A delete of millions at once would hold up everybody. */
const ROWS_A_RUN = 2000

/**
 * Deletes what has been kept long enough (docs/personal-data.md says how long and why). Safe to repeat and to interrupt; a
 * part that fails does not keep the others.
 */
export async function enforceRetention(ctx: Context): Promise<void> {
  const now = ctx.now()
  const rows = ROWS_A_RUN
  const parts: [name: string, forget: () => PromiseLike<unknown>][] = [
    [
      'events',
      () =>
        forgetOldEvents(ctx, { eventsBefore: now - KEEP_EVENTS_MS, syncPagesBefore: now - KEEP_SYNC_PAGES_MS, rows }),
    ],
    ['parked_work', () => deleteParkedClosedBefore(ctx.db, now - KEEP_EVENTS_MS, rows)],
    ['notices', () => forgetOldNotices(ctx, { before: now - KEEP_NOTICES_MS, rows })],
    ['erased_contacts', () => forgetErasedContacts(ctx, now - KEEP_EVENTS_MS)],
    ['sign_ins', () => forgetOldSignIns(ctx, { overBefore: now - KEEP_SIGN_INS_MS, rows })],
    [
      'admin_records',
      () =>
        forgetOldAdminRecords(ctx, {
          sessionsOverBefore: now - KEEP_SIGN_INS_MS,
          spendingBefore: now - KEEP_AUDIT_MS,
          rows,
        }),
    ],
    ['audit', () => deleteAuditBefore(ctx.db, now - KEEP_AUDIT_MS, rows)],
  ]
  for (const [part, forget] of parts) {
    try {
      await forget()
    } catch (error) {
      ctx.log.error('retention.failed', { part, ...errorFields(error) })
    }
  }
}
