import type { Context } from '../context.ts'
import { dayInZone } from '../platform/time.ts'
import { deleteSignedOutDevices } from './devices.store.ts'
import { deleteNoticesBefore } from './outbox.store.ts'

/** What clients were told that long ago, and phones on which nobody is signed in any more. */
export async function forgetOldNotices(
  { db, now, config }: Context,
  { before, rows }: { readonly before: number; readonly rows: number },
): Promise<void> {
  await deleteNoticesBefore(db, before, dayInZone(before, config.branchTimezone), rows)
  await deleteSignedOutDevices(db, now(), rows)
}
