import type { Language } from '../platform/problem.ts'
import type { FollowedEvent } from '../yclients/get-webhook-event.ts'
import type { WebhookEvents } from '../yclients/list-webhook-events.ts'
import { WEBHOOK_VERDICTS, type WebhookVerdict } from '../yclients/verdict.ts'
import { ChangeTable } from './booking-facts.tsx'
import { Signed } from './client-card.page.tsx'
import { dateTime } from './dates.ts'
import { Field, Select } from './form.tsx'
import { NextPage, Table } from './table.tsx'
import { wholeNumber } from './texts/in-both.ts'
import { sayReason } from './texts/reasons.ts'
import { shellTexts } from './texts/shell.ts'
import { syncEventsTexts } from './texts/sync-events.ts'

type Event = WebhookEvents['events'][number]

const COLOURS: Readonly<Partial<Record<WebhookVerdict, string>>> = {
  created: 'good',
  updated: 'good',
  deferred: 'warn',
  retrying: 'warn',
  parked: 'bad',
}

const Verdict = ({ verdict, language }: { verdict: WebhookVerdict; language: Language }) => (
  <span class={`tag ${COLOURS[verdict] ?? ''}`}>{syncEventsTexts[language].verdicts[verdict]}</span>
)

export const VisitLink = ({ bookingId }: { bookingId: number | null }) =>
  bookingId === null ? <>—</> : <a href={`/admin/bookings/${bookingId}`}>№ {bookingId}</a>

/** "запись 123, update". */
const aboutWhat = ({ resource, resourceId, status }: Event, language: Language): string => {
  const name = resource === null ? undefined : (syncEventsTexts[language].resources[resource] ?? resource)
  const happened = status === null ? undefined : (syncEventsTexts[language].happened[status] ?? status)
  return [[name, resourceId].filter((part) => part != null).join(' '), happened].filter(Boolean).join(', ') || '—'
}

export const verdictOptions = (language: Language) => {
  const t = syncEventsTexts[language]
  return [
    { value: '', text: t.anyVerdict },
    ...WEBHOOK_VERDICTS.map((verdict) => ({ value: verdict, text: t.verdicts[verdict] })),
  ]
}

export interface EventsView {
  readonly language: Language
  readonly zone: string
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly events: readonly Event[]
  readonly next: string | undefined
  /** Taking up again what is shown, if a time was chosen. */
  readonly replay: string
}

export const EventsPage = (view: EventsView) => {
  const { language, zone, events, next, replay } = view
  const t = syncEventsTexts[language]
  return (
    <>
      <Filter {...view} />
      <section class="card">
        <Table<Event>
          caption={t.list}
          empty={t.none}
          rows={events}
          columns={[
            {
              head: t.when,
              cell: ({ id, receivedAt }) => (
                <a href={`/admin/sync/events/${encodeURIComponent(id)}`}>{dateTime(receivedAt, zone, language)}</a>
              ),
            },
            { head: t.what, cell: (event) => aboutWhat(event, language) },
            { head: t.verdict, cell: ({ verdict }) => <Verdict verdict={verdict} language={language} /> },
            { head: t.visit, cell: ({ bookingId }) => <VisitLink bookingId={bookingId} /> },
            { head: t.error, cell: ({ error }) => (error === null ? '' : sayReason(error, language).text) },
          ]}
        />
        <NextPage href={next} text={shellTexts[language].next} />
      </section>
      <p>
        <a class="button quiet" href={replay}>
          {t.replayTitle}
        </a>
      </p>
    </>
  )
}

const Filter = ({ language, typed, wrong }: EventsView) => {
  const t = syncEventsTexts[language]
  const because = (name: string, text: string) => (wrong.has(name) ? text : undefined)
  const resources = [
    { value: '', text: t.anyResource },
    ...Object.entries(t.resources).map(([value, text]) => ({ value, text })),
  ]
  return (
    <search>
      <form class="card" method="get" action="/admin/sync/events">
        <div class="row search">
          <Select
            name="verdict"
            label={t.verdict}
            value={typed.verdict}
            options={verdictOptions(language)}
            error={because('verdict', t.wordWrong)}
          />
          <Select name="resource" label={t.resource} value={typed.resource} options={resources} />
          <Field
            name="record"
            label={t.record}
            value={typed.record}
            maxlength={15}
            error={because('record', t.numberWrong)}
          />
          <Field
            name="booking"
            label={t.booking}
            value={typed.booking}
            maxlength={15}
            error={because('booking', t.numberWrong)}
          />
          <Field
            name="from"
            type="datetime-local"
            label={t.from}
            value={typed.from}
            error={because('from', t.timeWrong)}
          />
          <Field name="to" type="datetime-local" label={t.to} value={typed.to} error={because('to', t.timeWrong)} />
          <button>{t.apply}</button>
        </div>
      </form>
    </search>
  )
}

export interface EventView {
  readonly language: Language
  readonly zone: string
  readonly event: FollowedEvent
  readonly sameRecord: string | undefined
}

export const EventPage = ({ language, zone, event, sameRecord }: EventView) => {
  const t = syncEventsTexts[language]
  const why = event.error === null ? undefined : sayReason(event.error, language)
  return (
    <>
      <section class="card" aria-label={t.eventTitle}>
        <dl>
          <dt>{t.when}</dt>
          <dd>{dateTime(event.receivedAt, zone, language)}</dd>
          <dt>{t.what}</dt>
          <dd>{aboutWhat(event, language)}</dd>
          <dt>{t.verdict}</dt>
          <dd>
            <Verdict verdict={event.verdict} language={language} />
          </dd>
          <dt>{t.visit}</dt>
          <dd>
            <VisitLink bookingId={event.bookingId} />
          </dd>
          {event.processedAt !== null && (
            <>
              <dt>{t.processed}</dt>
              <dd>{dateTime(event.processedAt, zone, language)}</dd>
            </>
          )}
          <dt>{t.attempts}</dt>
          <dd>{wholeNumber(event.attempts, language)}</dd>
          {why && (
            <>
              <dt>{t.error}</dt>
              <dd>
                {why.text} <span class="soft">{why.remedy ?? ''}</span>
              </dd>
            </>
          )}
          <dt>{t.number}</dt>
          <dd>
            <code>{event.id}</code>
          </dd>
        </dl>
      </section>
      <section class="card">
        {event.change ? (
          <ChangeTable change={event.change} language={language} zone={zone} />
        ) : (
          <>
            <h2>{t.change}</h2>
            <p class="soft">{t.noChange}</p>
          </>
        )}
      </section>
      <Bonuses language={language} zone={zone} event={event} />
      <section class="card" aria-labelledby="body">
        <h2 id="body">{t.body}</h2>
        {event.body === null ? <p class="soft">{t.noBody}</p> : <pre>{JSON.stringify(event.body, null, 1)}</pre>}
      </section>
      <p class="row">
        {event.resource === 'record' && (
          <a class="button" href={`/admin/sync/replay?event=${encodeURIComponent(event.id)}`}>
            {t.replay}
          </a>
        )}
        {sameRecord && (
          <a class="button quiet" href={sameRecord}>
            {t.sameRecord}
          </a>
        )}
        <a class="button quiet" href="/admin/sync/events">
          {t.toList}
        </a>
      </p>
    </>
  )
}

const Bonuses = ({ language, zone, event }: Pick<EventView, 'language' | 'zone' | 'event'>) => {
  const t = syncEventsTexts[language]
  return (
    <section class="card">
      <Table<FollowedEvent['entries'][number]>
        caption={t.bonuses}
        empty={`${t.bonuses}: ${t.noBonuses}`}
        rows={event.entries}
        columns={[
          { head: t.at, cell: ({ createdAt }) => dateTime(createdAt, zone, language) },
          { head: t.client, cell: ({ userId }) => <a href={`/admin/clients/${userId}`}>№ {userId}</a> },
          { head: t.entry, cell: ({ kind }) => t.kinds[kind] },
          { head: t.points, cell: ({ points }) => <Signed points={points} language={language} />, numeric: true },
        ]}
      />
    </section>
  )
}
