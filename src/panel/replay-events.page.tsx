import type { Language } from '../platform/problem.ts'
import type { Replay, ReplayPreview } from '../yclients/replay-events.ts'
import { ChangeLine } from './booking-facts.tsx'
import { Field, Hidden, Select } from './form.tsx'
import { VisitLink, verdictOptions } from './sync-events.page.tsx'
import { Table } from './table.tsx'
import { wholeNumber } from './texts/in-both.ts'
import { sayReason } from './texts/reasons.ts'
import { syncEventsTexts } from './texts/sync-events.ts'

const PATH = '/admin/sync/replay'

export interface ReplayView {
  readonly language: Language
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly refusal?: string | undefined
}

/** First step: which events. One that was chosen on its own page, or all of a time. */
export const ReplayPage = ({ language, typed, wrong, refusal }: ReplayView) => {
  const t = syncEventsTexts[language]
  const because = (name: string, text: string) => (wrong.has(name) ? text : undefined)
  const { event = '' } = typed
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <form class="card" method="post" action={PATH}>
        <p class="soft">{t.replayHow}</p>
        <Hidden values={{ step: 'look' }} />
        {event === '' ? (
          <>
            <Field
              name="from"
              type="datetime-local"
              label={t.from}
              value={typed.from}
              error={because('from', t.timeWrong)}
              required
            />
            <Field
              name="to"
              type="datetime-local"
              label={t.to}
              value={typed.to}
              error={because('to', t.timeWrong) ?? because('order', t.orderWrong)}
              required
            />
            <Select
              name="verdict"
              label={t.verdict}
              value={typed.verdict}
              options={verdictOptions(language)}
              error={because('verdict', t.wordWrong)}
            />
          </>
        ) : (
          <>
            <Hidden values={{ event }} />
            <p>
              {t.number}: <code>{event}</code>
            </p>
          </>
        )}
        <button>{t.look}</button>
      </form>
    </>
  )
}

export interface ReplayPreviewView {
  readonly language: Language
  readonly zone: string
  readonly replay: Replay
  /** What was asked for, to be sent again with the confirmation. */
  readonly typed: Readonly<Record<string, string>>
}

/** Second step: what would become of it, and the button that does it. */
export const ReplayPreviewPage = ({ language, zone, replay, typed }: ReplayPreviewView) => {
  const t = syncEventsTexts[language]
  const count = (value: number) => wholeNumber(value, language)
  const { step: _, ...asked } = typed
  const { preview, recordIds, leftOut, byResource } = replay
  return (
    <>
      <section class="card" aria-label={t.preview}>
        <p class="note warn">{t.dryRun}</p>
        <dl>
          <dt>{t.found}</dt>
          <dd>{count(replay.events)}</dd>
          {byResource.length > 0 && (
            <>
              <dt>{t.byResource}</dt>
              <dd>
                {byResource
                  .map(({ resource, events }) => `${t.resources[resource ?? ''] ?? resource ?? '—'}: ${count(events)}`)
                  .join(', ')}
              </dd>
            </>
          )}
          <dt>{t.records}</dt>
          <dd>{count(recordIds.length)}</dd>
          {leftOut > 0 && (
            <>
              <dt>{t.leftOut}</dt>
              <dd>{count(leftOut)}</dd>
            </>
          )}
        </dl>
        {byResource.some(({ resource }) => resource !== 'record') && <p class="soft">{t.onlyRecords}</p>}
      </section>
      <section class="card">
        <Table<ReplayPreview>
          caption={t.preview}
          empty={t.nothingToRead}
          rows={preview}
          columns={[
            { head: t.record, cell: ({ recordId }) => recordId },
            { head: t.visit, cell: ({ bookingId }) => <VisitLink bookingId={bookingId} /> },
            { head: t.preview, cell: (of) => <Outcome of={of} language={language} zone={zone} /> },
          ]}
        />
        {preview.length < recordIds.length && <p>{t.previewed(count(preview.length), count(recordIds.length))}</p>}
      </section>
      <form class="row" method="post" action={PATH}>
        <Hidden values={{ ...asked, step: 'send' }} />
        {recordIds.length > 0 && <button>{t.confirm}</button>}
        <a class="button quiet" href={`${PATH}?${new URLSearchParams(asked)}`}>
          {t.back}
        </a>
      </form>
    </>
  )
}

const Outcome = ({ of, language, zone }: { of: ReplayPreview; language: Language; zone: string }) => {
  const t = syncEventsTexts[language]
  const reason = of.reason === 'gone' ? t.gone : of.reason && sayReason(of.reason, language).text
  return (
    <>
      <span class={`tag ${of.verdict === 'not_read' ? 'bad' : of.change ? 'warn' : ''}`}>{t.outcomes[of.verdict]}</span>{' '}
      {reason && <span class="soft">{reason}</span>}{' '}
      {of.change && <ChangeLine change={of.change} language={language} zone={zone} />}
    </>
  )
}
