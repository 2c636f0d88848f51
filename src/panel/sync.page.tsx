import type { Language } from '../platform/problem.ts'
import { HOUR_MS } from '../platform/time.ts'
import type { SyncDay } from '../yclients/list-sync-days.ts'
import type { SyncRuns } from '../yclients/list-sync-runs.ts'
import type { SyncReport } from '../yclients/report-sync.ts'
import { dateTime, day } from './dates.ts'
import { Select } from './form.tsx'
import { countsOf, SERIES, SyncChart } from './sync-chart.tsx'
import { duration, RunStatus } from './sync-run.page.tsx'
import { type Column, NextPage, Table } from './table.tsx'
import { counted, wholeNumber } from './texts/in-both.ts'
import { shellTexts } from './texts/shell.ts'
import { syncTexts } from './texts/sync.ts'

type SyncRun = SyncRuns['runs'][number]

export interface SyncView {
  readonly language: Language
  readonly zone: string
  readonly now: number
  readonly enabled: boolean
  readonly report: Pick<SyncReport, 'cleanSince' | 'driftedAt' | 'lastWebhookAt' | 'parked'>
  /** As the health check says it. */
  readonly advice: readonly {
    readonly text: string
    readonly remedy: string | null
    readonly href: string | undefined
  }[]
  readonly days: readonly SyncDay[]
  readonly runs: readonly SyncRun[]
  readonly next: string | undefined
  readonly catalog: CatalogUpdate | undefined
  readonly refusal?: string | undefined
}

/** The last time that something came of it. */
export interface CatalogUpdate {
  readonly at: number
  readonly by: 'system' | 'admin'
  readonly facts: Readonly<Record<string, unknown>>
}

export const SyncPage = (view: SyncView) => {
  const { language, refusal, runs, next, zone } = view
  const t = syncTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <div class="cards">
        <Drift {...view} />
        <Advice {...view} />
        <Start {...view} />
      </div>
      <Chart {...view} />
      <section class="card">
        <Table<SyncRun> caption={t.runs} empty={t.noRuns} rows={runs} columns={columnsOf(language, zone)} />
        <NextPage href={next} text={shellTexts[language].next} />
      </section>
      <Catalog {...view} />
    </>
  )
}

const Drift = ({ language, zone, now, report }: SyncView) => {
  const t = syncTexts[language]
  const { cleanSince, driftedAt, lastWebhookAt } = report
  const hours = cleanSince === null ? undefined : Math.floor((now - cleanSince) / HOUR_MS)
  const at = (instant: number | null, otherwise: string) =>
    instant === null ? otherwise : dateTime(instant, zone, language)
  return (
    <section class="card" aria-labelledby="drift">
      <h2 id="drift">{t.drift}</h2>
      <p class="big">
        {hours === undefined ? t.notClean : hours === 0 ? t.cleanLately : t.clean(counted(hours, t.hours, language))}
      </p>
      <p>{cleanSince === null ? t.neverClean : t.cleanHow(dateTime(cleanSince, zone, language))}</p>
      <dl>
        <dt>{t.drifted}</dt>
        <dd>{at(driftedAt, t.noDrift)}</dd>
        <dt>{t.lastWebhook}</dt>
        <dd>{at(lastWebhookAt, t.never)}</dd>
      </dl>
    </section>
  )
}

const Advice = ({ language, advice, report }: SyncView) => {
  const t = syncTexts[language]
  return (
    <section class="card" aria-labelledby="advice">
      <h2 id="advice">{t.advice}</h2>
      {advice.length === 0 ? (
        <p class="soft">{t.nothing}</p>
      ) : (
        <ul class="plain">
          {advice.map(({ text, remedy, href }) => (
            <li>
              {href === undefined ? text : <a href={href}>{text}</a>}
              {remedy && <p class="soft">{remedy}</p>}
            </li>
          ))}
        </ul>
      )}
      <h2>{t.places}</h2>
      <ul class="plain">
        <li>
          <a href="/admin/sync/events">{t.events}</a>
        </li>
        <li>
          <a href="/admin/sync/replay">{t.replay}</a>
        </li>
        <li>
          <a href="/admin/sync/parked">{t.parked}</a>: {wholeNumber(report.parked, language)}
        </li>
      </ul>
    </section>
  )
}

const Start = ({ language, enabled }: SyncView) => {
  const t = syncTexts[language]
  const options = (['full', 'incremental'] as const).map((value) => ({ value, text: t.modes[value] }))
  return (
    <section class="card" aria-labelledby="start">
      <h2 id="start">{t.start}</h2>
      {enabled ? (
        <form method="post" action="/admin/sync">
          <Select name="mode" label={t.mode} options={options} />
          <button>{t.startButton}</button>
        </form>
      ) : (
        <p class="soft">{t.off}</p>
      )}
    </section>
  )
}

const Chart = ({ language, days }: SyncView) => {
  const t = syncTexts[language]
  return (
    <section class="card" aria-labelledby="chart">
      <h2 id="chart">{t.chart}</h2>
      {/* Reached by keyboard, because it scrolls where it does not fit. */}
      <section class="wide" tabindex={0} aria-label={t.drawing}>
        <SyncChart days={days} label={t.chartLabel} durationLabel={t.durationLabel} />
      </section>
      <p class="legend">
        {SERIES.map((series) => (
          <span>
            <span class={`key ${series}`} />
            {t.series[series]}
          </span>
        ))}
        <span class="soft">{t.scale}</span>
      </p>
      <details>
        <summary>{t.asTable}</summary>
        <Table<SyncDay>
          caption={t.chart}
          empty={t.noRuns}
          rows={days.filter(({ runs }) => runs > 0).toReversed()}
          columns={[
            { head: t.day, cell: (of) => day(of.day, language) },
            { head: t.runs, cell: ({ runs }) => wholeNumber(runs, language), numeric: true },
            ...SERIES.map((series) => ({
              head: t.series[series],
              cell: (of: SyncDay) => wholeNumber(countsOf(of)[series], language),
              numeric: true,
            })),
            { head: t.duration, cell: ({ averageMs }) => duration(averageMs, language), numeric: true },
          ]}
        />
      </details>
    </section>
  )
}

function columnsOf(language: Language, zone: string): Column<SyncRun>[] {
  const t = syncTexts[language]
  return [
    {
      head: t.started,
      cell: ({ id, startedAt }) => <a href={`/admin/sync/runs/${id}`}>{dateTime(startedAt, zone, language)}</a>,
    },
    { head: t.kind, cell: ({ mode, trigger }) => `${t.kinds[mode]}, ${t.triggers[trigger]}` },
    { head: t.status, cell: ({ status }) => <RunStatus status={status} language={language} /> },
    { head: t.fetched, cell: ({ fetched }) => wholeNumber(fetched, language), numeric: true },
    { head: t.changes, cell: (run) => changesOf(run, language) },
    {
      head: t.duration,
      cell: ({ startedAt, finishedAt }) => duration(finishedAt === null ? null : finishedAt - startedAt, language),
      numeric: true,
    },
  ]
}

/** What is more than none: "Создано 5, Изменено 3". */
function changesOf(run: SyncRun, language: Language): string {
  const t = syncTexts[language]
  const counts = [
    [t.series.created, run.created],
    [t.series.updated, run.updated],
    [t.series.missed, run.missedByWebhooks],
    [t.vanished, run.vanished],
  ] as const
  const said = counts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name}: ${wholeNumber(count, language)}`)
  return said.join(', ') || '—'
}

const Catalog = ({ language, zone, catalog }: SyncView) => {
  const t = syncTexts[language]
  const named = Object.entries(t.catalogFacts)
  return (
    <section class="card" aria-labelledby="catalog">
      <h2 id="catalog">{t.catalog}</h2>
      {catalog === undefined ? (
        <p class="soft">{t.catalogNone}</p>
      ) : (
        <>
          <p class="soft">
            {dateTime(catalog.at, zone, language)}, {t.catalogBy[catalog.by]}
          </p>
          <dl>
            {named.map(([fact, name]) => {
              const value = catalog.facts[fact]
              if (typeof value !== 'number' || value === 0) return null
              return (
                <>
                  <dt>{name}</dt>
                  <dd>{wholeNumber(value, language)}</dd>
                </>
              )
            })}
          </dl>
        </>
      )}
    </section>
  )
}
