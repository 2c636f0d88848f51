import type { Visit } from '../booking/get-visit.ts'
import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import { dayInZone } from '../platform/time.ts'
import { Status } from './bookings.page.tsx'
import { Signed } from './client-card.page.tsx'
import { fullName } from './clients.page.tsx'
import { dateTime } from './dates.ts'
import { Field, Hidden } from './form.tsx'
import { Table } from './table.tsx'
import { bookingsTexts } from './texts/bookings.ts'
import { wholeNumber } from './texts/in-both.ts'
import { todayTexts } from './texts/today.ts'

export type Outcome = 'complete' | 'no_show' | 'reopen'

export interface VisitView {
  readonly language: Language
  readonly zone: string
  readonly now: number
  readonly visit: Visit
  /** Visits of YClients are finished there. */
  readonly yclientsEnabled: boolean
  /** Where its forms go. */
  readonly path: string
  /** Why the last attempt was refused, in words. */
  readonly refusal?: string | undefined
  readonly reason: string
  readonly wrong: ReadonlySet<string>
  /** The ledger's entries in sentences, in the same order. */
  readonly explanations: readonly string[]
  /** Other pages; undefined where this administrator may not go. */
  readonly links: Readonly<Record<'link' | 'move' | 'writeOff', string | undefined>>
}

export const VisitPage = (view: VisitView) => (
  <>
    {view.refusal && (
      <p class="note bad" role="alert">
        {view.refusal}
      </p>
    )}
    <div class="cards">
      <Facts {...view} />
      <Client {...view} />
      <Actions {...view} />
    </div>
    <History {...view} />
    <Bonuses {...view} />
  </>
)

const Facts = ({ language, zone, visit: { booking, items } }: VisitView) => {
  const t = bookingsTexts[language]
  const { durationMinutes, syncState, holdExpiresAt, yclientsRecordId, cancelReason } = booking
  const services = items.length > 0 ? items.map(({ name }) => name) : [booking.serviceName]
  const minutes = t.minutes(wholeNumber(durationMinutes, language))
  const facts: [string, string | null][] = [
    [t.when, `${dateTime(booking.startsAt, zone, language)}, ${minutes}`],
    [t.service, services.join(', ')],
    [t.master, booking.staffName ?? todayTexts[language].nobody],
    [t.price, formatKopecks(booking.priceKopecks, language)],
    [t.holdUntil, holdExpiresAt === null ? null : dateTime(holdExpiresAt, zone, language)],
    [t.record, yclientsRecordId === null ? null : `№ ${yclientsRecordId}`],
    [t.told, syncState === null || holdExpiresAt !== null ? null : t.sync[syncState]],
    [t.notes, booking.notes],
    [t.comment, booking.comment],
    [t.cancelReason, cancelReason],
  ]
  return (
    <section class="card" aria-labelledby="what">
      <h2 id="what">{t.what}</h2>
      <p>
        <Status booking={booking} language={language} />
      </p>
      <dl>
        {facts.map(
          ([name, value]) =>
            value && (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ),
        )}
      </dl>
    </section>
  )
}

const Client = ({ language, visit: { booking, client }, links }: VisitView) => {
  const t = bookingsTexts[language]
  return (
    <section class="card" aria-labelledby="who">
      <h2 id="who">{t.who}</h2>
      <p>
        {client ? (
          <>
            <a href={`/admin/clients/${client.id}`}>{fullName(client, language)}</a>{' '}
            <span class="code">{client.uniqueCode}</span>
          </>
        ) : (
          <>
            {booking.clientName} <span class="tag warn">{t.nobody}</span>
          </>
        )}
      </p>
      <p class="soft">{t.match[booking.clientMatch]}</p>
      {booking.phone && (
        <p>
          {t.phone}: {booking.phone}
        </p>
      )}
      <p class="row">
        {links.link && (
          <a class={client ? 'button quiet' : 'button'} href={links.link}>
            {client ? t.relink : t.link}
          </a>
        )}
        {links.writeOff && (
          <a class="button quiet" href={links.writeOff}>
            {t.writeOff}
          </a>
        )}
      </p>
    </section>
  )
}

/** What may still be done; whoever is quicker decides, so the verb is asked all the same. */
function possible({ visit: { booking }, now, zone, yclientsEnabled }: VisitView) {
  const { status, source, startsAt, holdExpiresAt } = booking
  const isHold = holdExpiresAt !== null
  const isOpen = status === 'pending' || status === 'confirmed'
  const finishedThere = source === 'yclients' && yclientsEnabled && status !== 'cancelled'
  const hasCome = dayInZone(startsAt, zone) <= dayInZone(now, zone)
  const isFinishable = !finishedThere && status !== 'cancelled' && !isHold && (hasCome || !isOpen)
  const outcomes: readonly Outcome[] = isOpen ? ['complete', 'no_show'] : [...others(status), 'reopen']
  return {
    outcomes: isFinishable ? outcomes : [],
    change: isOpen && startsAt > now && (!isHold || holdExpiresAt > now),
    finishedThere,
  }
}

const others = (status: string): readonly Outcome[] => (status === 'completed' ? ['no_show'] : ['complete'])

const Actions = (view: VisitView) => {
  const { language, visit, path, links, reason, wrong } = view
  const t = bookingsTexts[language]
  const can = possible(view)
  const seen = { revision: String(visit.booking.revision) }
  return (
    <section class="card" aria-labelledby="actions">
      <h2 id="actions">{t.actions}</h2>
      {can.finishedThere && <p class="soft">{t.inYclients}</p>}
      {!can.finishedThere && !can.change && can.outcomes.length === 0 && <p class="soft">{t.nothing}</p>}
      <div class="row">
        {can.outcomes.map((action) => (
          <form method="post" action={path}>
            <Hidden values={{ ...seen, action }} />
            <button class={action === 'complete' ? '' : 'quiet'}>{t[action]}</button>
          </form>
        ))}
        {can.change && links.move && (
          <a class="button quiet" href={links.move}>
            {t.move}
          </a>
        )}
      </div>
      {can.change && (
        <details open={wrong.size > 0}>
          <summary>{t.cancel}</summary>
          <form method="post" action={path}>
            <Hidden values={{ ...seen, action: 'cancel' }} />
            <Field
              name="reason"
              label={t.reason}
              value={reason}
              error={wrong.has('reason') ? t.reasonWrong : undefined}
              maxlength={300}
              required
            />
            <button class="bad">{t.confirmCancel}</button>
          </form>
        </details>
      )}
    </section>
  )
}

const History = ({ language, zone, visit: { events } }: VisitView) => {
  const t = bookingsTexts[language]
  return (
    <section class="card">
      <Table<Visit['events'][number]>
        caption={t.history}
        empty={t.noHistory}
        rows={events}
        columns={[
          { head: t.when, cell: ({ at }) => dateTime(at, zone, language) },
          {
            head: t.event,
            cell: ({ kind, previousStartsAt }) => (
              <>
                {t.events[kind]}{' '}
                {previousStartsAt !== null && (
                  <span class="soft">{t.from(dateTime(previousStartsAt, zone, language))}</span>
                )}
              </>
            ),
          },
        ]}
      />
    </section>
  )
}

const Bonuses = ({ language, zone, visit: { entries }, explanations }: VisitView) => {
  const t = bookingsTexts[language]
  return (
    <section class="card">
      <Table
        caption={t.bonuses}
        empty={t.noBonuses}
        rows={entries.map((entry, index) => ({ ...entry, explanation: explanations[index] ?? '' }))}
        columns={[
          { head: t.when, cell: ({ createdAt }) => dateTime(createdAt, zone, language) },
          { head: t.why, cell: ({ explanation }) => explanation },
          { head: t.points, cell: ({ points }) => <Signed points={points} language={language} />, numeric: true },
        ]}
      />
    </section>
  )
}
