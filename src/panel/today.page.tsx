import type { DayVisit } from '../booking/list-day.ts'
import type { Language } from '../platform/problem.ts'
import { addDays } from '../platform/time.ts'
import { clock } from './dates.ts'
import { arrange, type Span } from './day-plan.ts'
import { type Column, Table } from './table.tsx'
import { todayTexts } from './texts/today.ts'
import { Timeline } from './timeline.tsx'

/** Something that a person should do, and the page on which he can. */
export interface Attention {
  readonly status: 'attention' | 'red'
  readonly text: string
  /** What to do, in words. */
  readonly remedy: string | null
  readonly href: string | undefined
  /** There is such a page, but not for him. */
  readonly forManager: boolean
}

export interface TodayView {
  readonly language: Language
  readonly zone: string
  readonly now: number
  readonly day: string
  readonly isToday: boolean
  readonly hours: Span
  readonly visits: readonly DayVisit[]
  readonly attention: readonly Attention[]
}

export const TodayPage = (view: TodayView) => {
  const { language, day, isToday, visits, attention } = view
  const t = todayTexts[language]
  const rows = arrange(visits)
  const notInApp = visits.filter(({ unmatched, undecided }) => unmatched === 1 && undecided === 0).length
  const clashing = new Set(rows.flatMap(({ blocks }) => blocks.filter((b) => b.clashes).map((b) => b.visit.id)))
  return (
    <>
      <section class="card" aria-labelledby="attention">
        <h2 id="attention">{t.attention}</h2>
        {attention.length === 0 ? (
          <p class="soft">{t.calm}</p>
        ) : (
          <ul class="plain">
            {attention.map(({ status, text, remedy, href, forManager }) => (
              <li>
                <span class={`tag ${status === 'red' ? 'bad' : 'warn'}`}>{t.levels[status]}</span>{' '}
                {href === undefined ? text : <a href={href}>{text}</a>}
                {forManager && ` (${t.askManager})`}
                {remedy && <p class="soft">{remedy}</p>}
              </li>
            ))}
          </ul>
        )}
        {notInApp > 0 && (
          <p class="soft">
            {t.notInAppToday}: <a href={`/admin/bookings?unmatched=true&day=${day}`}>{notInApp}</a>
          </p>
        )}
      </section>
      <section class="card" aria-labelledby="plan">
        <h2 id="plan">{t.plan}</h2>
        <p class="row">
          <a class="button quiet" href={`/admin?day=${addDays(day, -1)}`}>
            {t.before}
          </a>
          {!isToday && (
            <a class="button quiet" href="/admin">
              {t.today}
            </a>
          )}
          <a class="button quiet" href={`/admin?day=${addDays(day, 1)}`}>
            {t.after}
          </a>
        </p>
        {visits.length > 0 && (
          // Reached by keyboard, because it scrolls where it does not fit.
          <section class="wide for-desk" tabindex={0} aria-label={t.timeline}>
            <Timeline {...view} rows={rows} label={t.timeline} nobody={t.nobody} />
          </section>
        )}
        <Table caption={t.visits} columns={columnsOf(view, clashing)} rows={visits} empty={t.noVisits} />
      </section>
    </>
  )
}

export const StatusTag = ({ status, language }: { status: DayVisit['status']; language: Language }) => (
  <span class={`tag ${status === 'completed' ? 'good' : ''}`}>{todayTexts[language].statuses[status]}</span>
)

function columnsOf({ language, zone }: TodayView, clashing: ReadonlySet<number>): Column<DayVisit>[] {
  const t = todayTexts[language]
  return [
    {
      head: t.time,
      cell: ({ id, startsAt, endsAt }) => (
        <a href={`/admin/bookings/${id}`}>
          {clock(startsAt, zone)}–{clock(endsAt, zone)}
        </a>
      ),
    },
    { head: t.master, cell: ({ staffName }) => staffName ?? t.nobody },
    {
      head: t.client,
      cell: ({ userId, clientName, unmatched, undecided }) => (
        <>
          {userId === null ? clientName : <a href={`/admin/clients/${userId}`}>{clientName ?? `№ ${userId}`}</a>}{' '}
          {undecided === 1 ? (
            <span class="tag warn">{t.unknown}</span>
          ) : (
            unmatched === 1 && <span class="soft">{t.notInApp}</span>
          )}
        </>
      ),
    },
    { head: t.service, cell: ({ serviceName }) => serviceName },
    {
      head: t.status,
      cell: (visit) => (
        <>
          <StatusTag status={visit.status} language={language} />{' '}
          {visit.holdExpiresAt !== null && (
            <span class="tag warn">
              {t.hold} {clock(visit.holdExpiresAt, zone)}
            </span>
          )}{' '}
          {clashing.has(visit.id) && <span class="tag bad">{t.clash}</span>}{' '}
          <span class="soft">{visit.source === 'yclients' ? t.yclients : t.here}</span>
        </>
      ),
    },
  ]
}
