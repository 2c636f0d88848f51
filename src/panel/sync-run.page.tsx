import type { Language } from '../platform/problem.ts'
import type { SyncRuns } from '../yclients/list-sync-runs.ts'
import { dateTime, day } from './dates.ts'
import { counted, wholeNumber } from './texts/in-both.ts'
import { sayReason } from './texts/reasons.ts'
import { syncTexts } from './texts/sync.ts'

type SyncRun = SyncRuns['runs'][number]

const COLOURS = { running: '', failing: 'bad', finished: 'good', failed: 'bad' } as const

export const RunStatus = ({ status, language }: Pick<SyncRun, 'status'> & { language: Language }) => (
  <span class={`tag ${COLOURS[status]}`}>{syncTexts[language].statuses[status]}</span>
)

/** In seconds, with a decimal where that says something. */
export function duration(ms: number | null, language: Language): string {
  if (ms === null) return '—'
  const seconds = ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)
  return Number.isInteger(seconds)
    ? counted(seconds, syncTexts[language].seconds, language)
    : `${wholeNumber(seconds, language)} ${language === 'en' ? 's' : 'с'}`
}

/** So often an open run is looked at again. */
export const WATCH_SECONDS = 3

export interface SyncRunView {
  readonly language: Language
  readonly zone: string
  readonly now: number
  readonly run: SyncRun
}

/** One run. While it is open, the part that grows is marked to be watched. */
export const SyncRunPage = ({ language, zone, now, run }: SyncRunView) => {
  const t = syncTexts[language]
  const isOpen = run.finishedAt === null
  const why = run.error === null ? undefined : sayReason(run.error, language)
  const counts: readonly (readonly [string, number])[] = [
    [t.pages, run.pages],
    [t.fetched, run.fetched],
    [t.series.created, run.created],
    [t.series.updated, run.updated],
    [t.unchanged, run.unchanged],
    [t.series.unmatched, run.unmatched],
    [t.series.missed, run.missedByWebhooks],
    [t.vanished, run.vanished],
    [t.failed, run.failed],
  ]
  return (
    <>
      <section class="card" id="run" aria-live="polite" data-watch={isOpen ? WATCH_SECONDS : undefined}>
        <p>
          <RunStatus status={run.status} language={language} /> {isOpen && <span class="soft">{t.watching}</span>}
        </p>
        {why && (
          <p class="note bad">
            {t.why}: {why.text}. {why.remedy ?? ''}
          </p>
        )}
        {isOpen && <progress aria-label={t.statuses.running} />}
        <dl>
          <dt>{t.started}</dt>
          <dd>
            {dateTime(run.startedAt, zone, language)}, {t.triggers[run.trigger]}
          </dd>
          {run.windowFrom !== null && run.windowTo !== null && (
            <>
              <dt>{t.window}</dt>
              <dd>
                {day(run.windowFrom, language)} — {day(run.windowTo, language)}
              </dd>
            </>
          )}
          {run.changedAfter !== null && (
            <>
              <dt>{t.changedAfter}</dt>
              <dd>{dateTime(run.changedAfter, zone, language)}</dd>
            </>
          )}
          <dt>{t.duration}</dt>
          <dd>{duration((run.finishedAt ?? now) - run.startedAt, language)}</dd>
          {counts.map(([name, count]) => (
            <>
              <dt>{name}</dt>
              <dd>{wholeNumber(count, language)}</dd>
            </>
          ))}
        </dl>
      </section>
      <p>
        <a class="button quiet" href="/admin/sync">
          {t.toAll}
        </a>
      </p>
    </>
  )
}
