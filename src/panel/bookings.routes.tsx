import { BOOKING_STATUSES } from '../booking/booking.ts'
import { listBookings } from '../booking/list-bookings.ts'
import { listConflicts } from '../booking/list-conflicts.ts'
import { listStaff } from '../catalog/list-staff.ts'
import { newRoutes } from '../http.ts'
import { decodeCursor, encodeCursor } from '../platform/cursor.ts'
import { dayInZone, isDay } from '../platform/time.ts'
import { findNames } from '../users/find-names.ts'
import { BookingsPage } from './bookings.page.tsx'
import { maySee, show } from './panel.view.tsx'
import { bookingsTexts } from './texts/bookings.ts'

export const bookingPages = newRoutes()

const SHOWN = 25
const MASTERS = 100
const SOURCES = ['internal', 'yclients'] as const

bookingPages.get('/admin/bookings', async (c) => {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const query = c.req.query()
  // Who has asked for nothing wants to see today.
  const asked = Object.keys(query).length === 0 ? { day: dayInZone(ctx.now(), zone) } : query
  const day = asked.day !== undefined && isDay(asked.day) ? asked.day : undefined
  const staffId = /^\d{1,15}$/.test(asked.staff ?? '') ? Number(asked.staff) : undefined
  const userId = /^\d{1,15}$/.test(asked.user_id ?? '') ? Number(asked.user_id) : undefined
  const status = BOOKING_STATUSES.find((word) => word === asked.status)
  const source = SOURCES.find((word) => word === asked.source)
  const undecided = asked.unmatched === 'undecided'
  const unmatched = asked.unmatched === 'true' || undecided
  const conflicts = asked.conflicts === 'true' ? await listConflicts(ctx) : undefined
  const [{ bookings, next }, { staff }] = await Promise.all([
    listBookings(ctx, {
      userId,
      unmatched,
      undecided,
      upcomingOnly: false,
      statuses: status && [status],
      // A day is read from morning to evening, everything else from the newest.
      order: day === undefined ? 'newest' : 'nearest',
      after: decodeCursor(asked.after ?? ''),
      limit: SHOWN,
      day,
      staffId,
      source,
      ids: conflicts?.flatMap(({ firstId, secondId }) => [firstId, secondId]),
    }),
    listStaff(ctx, { activeOnly: false, serviceId: undefined, afterId: 0, limit: MASTERS }),
  ])
  const names = await findNames(ctx, [userId ?? [], bookings.map((booking) => booking.userId ?? [])].flat(2))
  const body = (
    <BookingsPage
      language={language}
      zone={zone}
      filters={{
        day: day ?? '',
        staff: staffId === undefined ? '' : String(staffId),
        status: status ?? '',
        source: source ?? '',
        unmatched,
        conflicts: conflicts !== undefined,
        userId: userId === undefined ? '' : String(userId),
      }}
      masters={staff}
      bookings={bookings}
      names={names}
      next={next && `/admin/bookings?${new URLSearchParams({ ...asked, after: encodeCursor(next) })}`}
      book={maySee(c, '/admin/bookings/new') ? `/admin/bookings/new${day ? `?day=${day}` : ''}` : undefined}
    />
  )
  return show(c, { title: bookingsTexts[language].title, body })
})
