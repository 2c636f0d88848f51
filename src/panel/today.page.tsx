import type { DayVisit } from '../booking/list-day.ts'
import type { Language } from '../platform/problem.ts'
import { addDays } from '../platform/time.ts'
import { clock } from './dates.ts'
import { arrange, type Span } from './day-plan.ts'
import { type Column, Table } from './table.tsx'
import { todayTexts } from './texts/today.ts'
import { Timeline } from './timeline.tsx'

/** Something that a person should do, and the page on which he can; without one somebody else can. */
export interface Attention {
  readonly text: string
  readonly href: string | undefined
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
  const clashing = new Set(rows.flatMap(({ blocks }) => blocks.filter((b) => b.clashes).map((b) => b.visit.id)))
  return (
    <>
      <section class="card" aria-labelledby="attention">
        <h2 id="attention">{t.attention}</h2>
        {attention.length === 0 ? (
          <p class="soft">{t.calm}</p>
        ) : (
          <ul class="plain">
            {attention.map(({ text, href }) => (
              <li>{href === undefined ? `${text} (${t.askManager})` : <a href={href}>{text}</a>}</li>
            ))}
          </ul>
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
          <section class="wide for-desk" tabindex={0} aria-label={t.plan}>
            <Timeline {...view} rows={rows} label={t.plan} nobody={t.nobody} />
          </section>
        )}
        <Table caption={t.visits} columns={columnsOf(view, clashing)} rows={visits} empty={t.noVisits} />
      </section>
    </>
  )
}

function columnsOf({ language, zone }: TodayView, clashing: ReadonlySet<number>): Column<DayVisit>[] {
  const t = todayTexts[language]
  return [
    { head: t.time, cell: ({ startsAt, endsAt }) => `${clock(startsAt, zone)}–${clock(endsAt, zone)}` },
    { head: t.master, cell: ({ staffName }) => staffName ?? t.nobody },
    {
      head: t.client,
      cell: ({ userId, clientName, unmatched }) => (
        <>
          {userId === null ? clientName : <a href={`/admin/clients/${userId}`}>{clientName ?? `№ ${userId}`}</a>}{' '}
          {unmatched === 1 && <span class="tag warn">{t.unknown}</span>}
        </>
      ),
    },
    { head: t.service, cell: ({ serviceName }) => serviceName },
    {
      head: t.status,
      cell: (visit) => (
        <>
          <span class={`tag ${visit.status === 'completed' ? 'good' : ''}`}>{t.statuses[visit.status]}</span>{' '}
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
