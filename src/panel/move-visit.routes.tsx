import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { type DeskTimes, findDeskTimes } from '../booking/find-desk-times.ts'
import type { NearestSlot } from '../booking/find-nearest.ts'
import type { Visit } from '../booking/get-visit.ts'
import { moveBooking } from '../booking/move-booking.ts'
import { listStaff } from '../catalog/list-staff.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem } from '../platform/problem.ts'
import { dayInZone, isDay, parseInstant, parseWallTime } from '../platform/time.ts'
import { fullName } from './clients.page.tsx'
import { MoveVisitPage } from './move-visit.page.tsx'
import { goTo, inWords, readForm, show, UNTOUCHED } from './panel.view.tsx'
import { timesTexts } from './texts/times.ts'
import { seenRevision, visitOf } from './visit.routes.tsx'

export const movePages = newRoutes()
type Http = HonoContext<HttpEnv>

const MASTERS = 100

/** A time of a form (`timeValue`): when, and with whom if that is settled. */
export const chosenTime = z.string().transform((text, check) => {
  const [, when = '', staff] = /^(\S+)(?: (\d{1,15}))?$/.exec(text) ?? []
  const startsAt = parseInstant(when)
  if (startsAt !== undefined) return { startsAt, staffId: staff === undefined ? undefined : Number(staff) }
  check.addIssue({ code: 'custom', message: 'no time of this page' })
  return z.NEVER
})

export const chosenStaff = z
  .string()
  .regex(/^\d{0,15}$/)
  .transform((id) => (id === '' ? undefined : Number(id)))

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly nearest?: readonly NearestSlot[]
  readonly wrong?: ReadonlySet<string>
  readonly day?: string | undefined
  readonly staff?: string | undefined
  readonly time?: string | undefined
}

movePages.get('/admin/bookings/:id/move', async (c) => {
  const { day, staff } = c.req.query()
  return await showMoving(c, await visitOf(c), { day, staff })
})

async function showMoving(c: Http, { booking, client, additionalServiceIds }: Visit, again: Again): Promise<Response> {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const { serviceId } = booking
  const day = again.day !== undefined && isDay(again.day) ? again.day : dayInZone(booking.startsAt, zone)
  const ownMaster = String(booking.staffId ?? '')
  const staff = again.staff !== undefined && /^\d{0,15}$/.test(again.staff) ? again.staff : ownMaster
  const [masters, times] =
    serviceId === null
      ? [[], undefined]
      : await Promise.all([
          listStaff(ctx, { activeOnly: true, serviceId, afterId: 0, limit: MASTERS }).then((found) => found.staff),
          findDeskTimes(
            ctx,
            {
              serviceId,
              additionalServiceIds,
              staffId: staff === '' ? undefined : Number(staff),
              alsoSwitchedOff: true,
              exceptBookingId: booking.id,
            },
            day,
          ),
        ])
  const body = (
    <MoveVisitPage
      language={language}
      zone={zone}
      booking={booking}
      name={client && fullName(client, language)}
      day={day}
      staff={staff}
      masters={masters}
      times={times?.ok ? withoutPlaceOf(times.value, booking) : undefined}
      refusal={again.refusal ?? (times && !times.ok ? inWords(times.refusal, language) : undefined)}
      nearest={again.nearest ?? []}
      wrong={again.wrong ?? UNTOUCHED.wrong}
      typedTime={again.time ?? ''}
    />
  )
  return show(c, { title: timesTexts[language].moveTitle, body, status: again.status ?? 200 })
}

/** Where the visit stands already it cannot be moved. */
const withoutPlaceOf = ({ free, degraded }: DeskTimes, { startsAt, staffId }: Visit['booking']): DeskTimes => ({
  free: free.filter((time) => time.startsAt !== startsAt || time.staffId !== staffId),
  degraded,
})

const fields = z
  .object({
    revision: seenRevision,
    at: chosenTime.optional(),
    day: z.string().refine(isDay).optional(),
    time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional(),
    staff: chosenStaff.optional(),
  })
  .refine(({ at, day, time }) => at !== undefined || (day !== undefined && time !== undefined), { path: ['at'] })

movePages.post('/admin/bookings/:id/move', async (c) => {
  const { ctx, language } = c.var
  const { booking } = await visitOf(c)
  const form = await readForm(c, fields)
  const { day, staff, time } = form.typed
  const again = async (more: Again) => await showMoving(c, await visitOf(c), { day, staff, time, ...more })
  if (!form.ok) return await again({ status: 422, wrong: form.wrong })
  const { revision, at, ...other } = form.value
  const wall = parseWallTime(`${other.day} ${other.time}`, ctx.config.branchTimezone)
  const to = at ?? (wall === undefined ? undefined : { startsAt: wall, staffId: undefined })
  if (!to) return await again({ status: 422, wrong: new Set(['time']) })
  const wanted = { bookingId: booking.id, revision, startsAt: to.startsAt, staffId: to.staffId ?? other.staff }
  const moved = await moveBooking(ctx, wanted, 'desk', doneBy(c))
  if (moved.ok) return goTo(c, `/admin/bookings/${booking.id}?done=moved`)
  const { status, text } = describeProblem(moved.refusal, language)
  return await again({ status, refusal: text, nearest: 'nearest' in moved ? moved.nearest : [] })
})
