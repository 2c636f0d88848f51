import type { Context } from '../context.ts'
import { calendarOf } from './calendar.ts'
import { type Letter, mailOf } from './letter.ts'
import { type Channel, type NoticeKind, RULES } from './notice.ts'
import { noticeText } from './notice-text.ts'
import { oneLine } from './one-line.ts'
import type { Read } from './send-notice.ts'
import { unsubscribeUrl } from './unsubscribe.ts'

/** These change what stands in the client's calendar. */
const WITH_CALENDAR: readonly NoticeKind[] = ['booking_made', 'booking_moved', 'booking_cancelled', 'payment_confirmed']

/** A notice as a letter of a channel, in the client's language. `token`: of the phone, for a push. */
export async function composeNotice(ctx: Context, read: Read, channel: Channel, token: string): Promise<Letter> {
  const { config } = ctx
  const { notice, facts, visit, client } = read
  const { kind, language } = notice
  const said = noticeText({
    kind,
    language,
    salonName: config.salonName,
    zone: config.branchTimezone,
    visit,
    previousStartsAt: facts.previous_starts_at ?? null,
    cancelledBy: visit?.cancelledBy?.startsWith('client:') ? 'client' : 'salon',
    points: read.points,
    balancePoints: read.balance,
    amountKopecks: facts.amount_kopecks ?? 0,
    expiresAt: facts.expires_at ?? null,
  })
  const id = `notice-${notice.id}`
  if (channel === 'sms') return { id, channel, to: client?.phone ?? '', subject: '', text: said.sms }
  if (channel === 'push') {
    const data = { kind, ...(notice.bookingId !== null && { booking_id: String(notice.bookingId) }) }
    return { id, channel, to: token, subject: said.title, text: said.sentences.join(' '), data }
  }
  const to = client?.email ?? ''
  const url = RULES[kind].optional ? await unsubscribeUrl(ctx, notice.userId, kind) : undefined
  const mail = mailOf(said, { language, salonName: config.salonName, unsubscribeUrl: url })
  const hasCalendar = visit && WITH_CALENDAR.includes(kind)
  const calendar = hasCalendar && {
    method: kind === 'booking_cancelled' ? ('CANCEL' as const) : ('REQUEST' as const),
    content: calendarOf(
      {
        bookingId: visit.id,
        revision: visit.revision,
        startsAt: visit.startsAt,
        endsAt: visit.endsAt,
        summary: `${oneLine(visit.serviceName)}, ${oneLine(config.salonName)}`,
        salonName: config.salonName,
        from: config.mail.from,
        to,
        cancelled: kind === 'booking_cancelled',
      },
      ctx.now(),
    ),
  }
  return { id, channel, to, ...mail, ...(calendar && { calendar }), ...(url && { unsubscribeUrl: url }) }
}
