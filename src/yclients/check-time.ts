import type { Context } from '../context.ts'
import { formatInZone } from '../platform/time.ts'
import { INTERACTIVE } from './call.ts'
import { checkBooking } from './client.ts'
import { afterCheck, type WriteRefusal } from './write-record.ts'

/**
 * Would YClients take a visit of a service that is booked there? Asked when a time is kept here for a while: it may be paid
 * for before it is written there. `unknown`: no answer.
 */
export async function checkTime(
  ctx: Context,
  wanted: { readonly services: readonly number[]; readonly yclientsStaffId: number; readonly startsAt: number },
): Promise<'free' | 'unknown' | WriteRefusal> {
  const datetime = formatInZone(wanted.startsAt, ctx.config.branchTimezone)
  const appointment = { id: 1, services: wanted.services, staff_id: wanted.yclientsStaffId, datetime }
  const check = await checkBooking(ctx, [appointment], INTERACTIVE)
  if (check.ok) return 'free'
  const refused = afterCheck(check.failure)
  return refused.kind === 'refused' ? refused.refusal : 'unknown'
}
