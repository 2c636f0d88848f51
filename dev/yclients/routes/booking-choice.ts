import { Hono } from 'hono'
import { guards } from '../auth.ts'
import type { Context } from '../context.ts'
import { ApiError, answer, notFound } from '../envelope.ts'
import type { Json, JsonObject } from '../json.ts'
import { bookableStaff, type FreeTime, freeTimes, scheduleOn } from '../slots.ts'
import type { Staff } from '../state.ts'
import { addDays, daysBetween, isDay } from '../time.ts'
import { categoryView, oldStaffView } from '../views.ts'

/** How far ahead the booking page looks. */
const HORIZON_DAYS = 30

/** What a client may choose from: services, people, days, times. The partner token is enough. */
export function bookingChoiceRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { partner } = guards(ctx)
  const { clock } = ctx

  const query = (request: Request) => {
    const params = new URL(request.url).searchParams
    const at = params.get('datetime')
    const ids = params.getAll('service_ids[]').map(Number)
    return { params, services: ids, staffId: Number(params.get('staff_id') ?? 0), at: at ? clock.parse(at) : undefined }
  }
  const timeView = ({ startsAt, seanceLength }: FreeTime): JsonObject => {
    const time = clock.time(startsAt)
    return {
      time: ctx.knobs.leadingZero ? time : time.replace(/^0/, ''),
      seance_length: seanceLength,
      sum_length: seanceLength,
      datetime: clock.iso(startsAt),
    }
  }
  /** The first day on which the person has a free time. */
  const nearest = (staffId: number, services: number[], from = clock.day(clock.now())) => {
    for (const day of daysBetween(from, addDays(from, HORIZON_DAYS))) {
      const times = freeTimes(ctx, staffId, day, services)
      if (times.length > 0) return { day, times }
    }
    return undefined
  }

  app.get('/book_services/:cid', partner, (c) => {
    const { staffId, services: together, at } = query(c.req.raw)
    const offered = [...ctx.salon.services.values()].filter((service) => {
      const people = bookableStaff(ctx, [...together, service.id], staffId)
      if (at === undefined) return people.length > 0
      return people.some((staff) =>
        freeTimes(ctx, staff.id, clock.day(at), [service.id]).some((t) => t.startsAt === at),
      )
    })
    const categories = new Set(offered.map(({ categoryId }) => categoryId))
    return answer(ctx, c.req.raw, {
      events: [],
      services: offered.map((service) => ({
        id: service.id,
        title: service.title,
        category_id: service.categoryId,
        price_min: service.priceMin,
        price_max: service.priceMax,
        discount: 0,
        comment: service.comment,
        weight: service.weight,
        active: 1,
        sex: 0,
        image: '',
        prepaid: 'forbidden',
        // Known only once a person is chosen.
        seance_length: service.staff.find(({ id }) => id === staffId)?.seanceLength ?? 0,
      })),
      category: [...ctx.salon.categories.values()]
        .filter(({ id }) => categories.has(id))
        .map((category) => ({ ...categoryView(ctx, category), sex: 0, api_id: 0 })),
    })
  })

  const bookStaffView = (staff: Staff, services: number[], at: number | undefined): JsonObject => {
    const able = bookableStaff(ctx, services, staff.id).length > 0
    const from = at === undefined ? undefined : clock.day(at)
    const next = able ? nearest(staff.id, services, from) : undefined
    const bookable = next !== undefined && (at === undefined || next.times.some(({ startsAt }) => startsAt === at))
    const view = { ...oldStaffView(staff), bookable, prepaid: 'forbidden' }
    return bookable && next ? { ...view, seance_date: next.day, seances: next.times.map(timeView) } : view
  }
  app.get('/book_staff/:cid', partner, (c) => {
    const { services, at } = query(c.req.raw)
    const people = [...ctx.salon.staff.values()].filter(({ hidden, fired }) => !hidden && !fired)
    return answer(
      ctx,
      c.req.raw,
      people.map((staff) => bookStaffView(staff, services, at)),
    )
  })

  app.get('/book_dates/:cid', partner, (c) => {
    const { params, services, staffId } = query(c.req.raw)
    const today = clock.day(clock.now())
    const one = params.get('date')
    const from = one ?? params.get('date_from') ?? today
    const to = one ?? params.get('date_to') ?? addDays(today, HORIZON_DAYS)
    if (!isDay(from) || !isDay(to)) throw new ApiError(422, 'Неверный формат даты')
    const days = daysBetween(from, to).filter((day) => day >= today)
    const people = bookableStaff(ctx, services, staffId)
    const working = days.filter((day) => people.some((staff) => scheduleOn(staff, day).length > 0))
    const free = working.filter((day) => freeTimes(ctx, staffId, day, services).length > 0)
    return answer(ctx, c.req.raw, {
      booking_days: byMonth(free),
      booking_dates: free,
      working_days: byMonth(working),
      working_dates: working,
    })
  })

  app.get('/book_times/:cid/:staff/:date', partner, (c) => {
    const day = c.req.param('date')
    const staffId = Number(c.req.param('staff'))
    if (!isDay(day)) throw new ApiError(422, 'Неверный формат даты')
    if (staffId !== 0 && !ctx.salon.staff.has(staffId)) {
      throw notFound(`Сотрудник с ID ${staffId} не найден в филиале ${ctx.salon.companyId}.`)
    }
    return answer(ctx, c.req.raw, freeTimes(ctx, staffId, day, query(c.req.raw).services).map(timeView))
  })

  app.get('/book_staff_seances/:cid/:staff', partner, (c) => {
    const { services, at } = query(c.req.raw)
    const next = nearest(Number(c.req.param('staff')), services, at === undefined ? undefined : clock.day(at))
    return answer(ctx, c.req.raw, { seance_date: next?.day ?? '', seances: next?.times.map(timeView) ?? [] })
  })

  app.get('/bookform/:form', partner, (c) =>
    answer(ctx, c.req.raw, {
      id: Number(c.req.param('form')),
      company_id: ctx.salon.companyId,
      steps: ['service', 'master', 'date', 'contacts'],
      style: {},
      phone_confirmation: ctx.knobs.phoneConfirmation,
      comment_required: ctx.knobs.commentRequired,
    }),
  )

  return app
}

/** `{"9": ["4", "5"]}`: months and days without leading zeros, as text. */
function byMonth(days: string[]): Json {
  const months: Record<string, string[]> = {}
  for (const day of days) {
    const [, month = '', date = ''] = day.split('-')
    const key = String(Number(month))
    months[key] = [...(months[key] ?? []), String(Number(date))]
  }
  return months
}
