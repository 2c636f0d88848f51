import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { visitsOutsideHours } from '../booking/visits-outside-hours.ts'
import { parseIntervals } from '../catalog/day-intervals.ts'
import { getStaff } from '../catalog/get-staff.ts'
import { readWeek, setWeek } from '../catalog/set-week.ts'
import { clearDay, listDays, setDay } from '../catalog/single-days.ts'
import { intervalOf } from '../catalog/wall-hours.ts'
import { type DayHours, weekKey } from '../catalog/week-rules.ts'
import { listHours } from '../catalog/weekly-schedule.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import { addDays, dayInZone, isDay } from '../platform/time.ts'
import { doneFlash, goTo, readForm, show, type Typed, UNTOUCHED } from './panel.view.tsx'
import { type LineError, SchedulePage, type SpecialDay } from './schedule.page.tsx'
import { scheduleTexts } from './texts/schedule.ts'
import { linesOfForm, linesOfWeek, readLines, type WeekLine } from './week-form.ts'

export const schedulePages = newRoutes()
type Http = HonoContext<HttpEnv>

const DAYS_AHEAD = 90
const PATH = '/admin/staff/:id/schedule'

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly lines?: readonly WeekLine[]
  readonly errors?: ReadonlyMap<string, LineError>
  /** What the lines amount to. */
  readonly week?: readonly DayHours[]
  readonly isPreview?: boolean
  readonly seen?: string | undefined
  readonly typedDay?: Typed
  readonly wrong?: ReadonlySet<string>
}

schedulePages.get(PATH, async (c) => await showSchedule(c))

function idOf(c: Http): number {
  const id = Number(c.req.param('id'))
  if (!Number.isSafeInteger(id)) throw new ProblemError('staff_not_found')
  return id
}

async function showSchedule(c: Http, again: Again = {}): Promise<Response> {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const id = idOf(c)
  const today = dayInZone(ctx.now(), zone)
  const [master, hours, days, outside] = await Promise.all([
    getStaff(ctx, id),
    listHours(ctx, id),
    listDays(ctx, id, { from: today, to: addDays(today, DAYS_AHEAD) }),
    visitsOutsideHours(ctx, id, again.week),
  ])
  if (!master || !hours.ok || !days.ok) throw new ProblemError('staff_not_found')
  const stored = hours.value.filter(({ active }) => active === 1)
  const special = (source: 'manual' | 'yclients') =>
    days.value
      .filter((row) => row.source === source)
      .map(({ day, intervals, reason }): SpecialDay => ({ day, intervals: parseIntervals(intervals), reason }))
  const t = scheduleTexts[language]
  const body = (
    <SchedulePage
      language={language}
      zone={zone}
      path={PATH.replace(':id', String(id))}
      refusal={again.refusal}
      lines={again.lines ?? linesOfWeek(hours.value)}
      errors={again.errors ?? new Map()}
      seen={again.seen ?? weekKey(stored)}
      week={again.week ?? stored}
      isPreview={again.isPreview ?? false}
      switchedOff={hours.value.length - stored.length}
      outside={outside}
      days={special('manual')}
      imported={special('yclients')}
      typedDay={again.typedDay ?? {}}
      wrong={again.wrong ?? UNTOUCHED.wrong}
    />
  )
  const flash = doneFlash(c, t.done)
  return show(c, { title: t.title(master.name), body, status: again.status ?? 200, flash })
}

schedulePages.post(PATH, async (c) => {
  const form = await readForm(c, z.object({ action: z.enum(['week', 'preview', 'day', 'clear']).default('week') }))
  if (!form.ok) return await showSchedule(c, { status: 422 })
  switch (form.value.action) {
    case 'day':
      return await saveDay(c, form.typed)
    case 'clear':
      return await removeDay(c, form.typed)
    default:
      return await saveWeek(c, form.typed, form.value.action === 'preview')
  }
})

async function saveWeek(c: Http, typed: Typed, isPreview: boolean): Promise<Response> {
  const { ctx, language } = c.var
  const id = idOf(c)
  const lines = linesOfForm(typed)
  const { hours, names, incomplete } = readLines(lines)
  const { seen } = typed
  const again = (more: Again) => showSchedule(c, { lines, seen, ...more })
  if (incomplete.length > 0) {
    return await again({ status: 422, errors: new Map(incomplete.map((name) => [name, 'incomplete'])) })
  }
  const read = readWeek(hours)
  if (read.ok && isPreview) return await again({ week: read.value, isPreview })
  const set = read.ok ? await setWeek(ctx, id, { hours, seen }, doneBy(c)) : read
  if (set.ok) return goTo(c, `${PATH.replace(':id', String(id))}?done=week`)
  if ('at' in set) {
    const wrong = set.at.map((index): [string, LineError] => [names[index] ?? '', set.refusal])
    return await again({ status: 422, errors: new Map(wrong) })
  }
  const { status, text } = describeProblem(set.refusal, language)
  // Shows what the other has saved; what was typed would undo it.
  return await showSchedule(c, { status, refusal: text })
}

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const anyTime = z.literal('').or(time).default('')
const dayForm = z
  .object({
    day: z.string().refine(isDay),
    kind: z.enum(['off', 'hours']),
    from: anyTime,
    to: anyTime,
    from2: anyTime,
    to2: anyTime,
    reason: z.string().max(100).default(''),
  })
  .refine(({ kind, from }) => kind === 'off' || from !== '', { path: ['from'] })
  .refine(({ kind, from, to }) => kind === 'off' || (from === '') === (to === ''), { path: ['to'] })
  .refine(({ kind, from2, to2 }) => kind === 'off' || (from2 === '') === (to2 === ''), { path: ['to2'] })

async function saveDay(c: Http, typed: Typed): Promise<Response> {
  const { ctx } = c.var
  const id = idOf(c)
  const again = (more: Again) => showSchedule(c, { typedDay: typed, ...more })
  const read = await readForm(c, dayForm)
  if (!read.ok) return await again({ status: 422, wrong: read.wrong })
  const { day, kind, from, to, from2, to2, reason } = read.value
  if (day < dayInZone(ctx.now(), ctx.config.branchTimezone))
    return await again({ status: 422, wrong: new Set(['past']) })
  const pairs = kind === 'off' ? [] : [[from, to] as const, [from2, to2] as const].filter(([start]) => start !== '')
  const intervals = pairs.map(([start, end]) => intervalOf(start, end))
  const set = await setDay(ctx, id, { day, intervals, reason: cleanText(reason, 100) ?? '' }, doneBy(c))
  if (set.ok) return goTo(c, `${PATH.replace(':id', String(id))}?done=day`)
  if (set.refusal === 'schedule_overlap') return await again({ status: 422, wrong: new Set(['overlap']) })
  return await refused(c, set.refusal)
}

async function removeDay(c: Http, { day = '' }: Typed): Promise<Response> {
  const id = idOf(c)
  const cleared = await clearDay(c.var.ctx, id, day, doneBy(c))
  return cleared.ok ? goTo(c, `${PATH.replace(':id', String(id))}?done=clear`) : await refused(c, cleared.refusal)
}

async function refused(c: Http, code: ProblemCode): Promise<Response> {
  const { status, text } = describeProblem(code, c.var.language)
  return await showSchedule(c, { status, refusal: text })
}
