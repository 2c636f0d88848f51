import type { BookingRow } from '../booking/list-bookings.ts'
import type { Language } from '../platform/problem.ts'
import { dateTime } from './dates.ts'
import { Check, Field, Hidden, Select } from './form.tsx'
import { type Column, NextPage, Table } from './table.tsx'
import { bookingsTexts } from './texts/bookings.ts'
import { shellTexts } from './texts/shell.ts'
import { todayTexts } from './texts/today.ts'
import { StatusTag } from './today.page.tsx'

/** As it stands in the address; empty: any. */
export interface BookingFilters {
  readonly day: string
  readonly staff: string
  readonly status: string
  readonly source: string
  readonly unmatched: boolean
  readonly conflicts: boolean
  /** Of one client only. */
  readonly userId: string
}

export interface BookingsView {
  readonly language: Language
  readonly zone: string
  readonly filters: BookingFilters
  readonly masters: readonly { readonly id: number; readonly name: string }[]
  readonly bookings: readonly BookingRow[]
  /** How the salon calls their clients. */
  readonly names: ReadonlyMap<number, string>
  readonly next: string | undefined
  /** Undefined where this administrator may not book. */
  readonly book: string | undefined
}

export const BookingsPage = (view: BookingsView) => {
  const { language, bookings, next, book } = view
  const t = bookingsTexts[language]
  return (
    <>
      {book && (
        <p>
          <a class="button" href={book}>
            {t.book}
          </a>
        </p>
      )}
      <Filters {...view} />
      <Table caption={t.list} columns={columnsOf(view)} rows={bookings} empty={t.none} />
      <NextPage href={next} text={shellTexts[language].next} />
    </>
  )
}

const Filters = ({ language, filters, masters, names }: BookingsView) => {
  const t = bookingsTexts[language]
  const statuses = Object.entries(todayTexts[language].statuses).map(([value, text]) => ({ value, text }))
  const sources = Object.entries(t.sources).map(([value, text]) => ({ value, text }))
  const people = masters.map(({ id, name }) => ({ value: String(id), text: name }))
  return (
    <search>
      <form class="card" method="get" action="/admin/bookings" aria-label={t.filter}>
        {filters.userId !== '' && (
          <p>
            <Hidden values={{ user_id: filters.userId }} />
            {t.client}:{' '}
            <a href={`/admin/clients/${filters.userId}`}>
              {names.get(Number(filters.userId)) ?? `№ ${filters.userId}`}
            </a>
            {' · '}
            <a href="/admin/bookings">{t.everyClient}</a>
          </p>
        )}
        <div class="row fields">
          <Field name="day" type="date" label={t.day} value={filters.day} />
          <Select
            name="staff"
            label={t.master}
            value={filters.staff}
            options={[{ value: '', text: t.anyMaster }, ...people]}
          />
          <Select
            name="status"
            label={t.status}
            value={filters.status}
            options={[{ value: '', text: t.anyStatus }, ...statuses]}
          />
          <Select
            name="source"
            label={t.source}
            value={filters.source}
            options={[{ value: '', text: t.anySource }, ...sources]}
          />
        </div>
        <div class="row">
          <Check name="unmatched" label={t.unmatched} checked={filters.unmatched} />
          <Check name="conflicts" label={t.conflicts} checked={filters.conflicts} />
          <button>{t.show}</button>
        </div>
      </form>
    </search>
  )
}

function columnsOf({ language, zone, names }: BookingsView): Column<BookingRow>[] {
  const t = bookingsTexts[language]
  return [
    {
      head: t.when,
      cell: ({ id, startsAt }) => <a href={`/admin/bookings/${id}`}>{dateTime(startsAt, zone, language)}</a>,
    },
    {
      head: t.client,
      cell: (booking) => <Whose booking={booking} name={names.get(booking.userId ?? 0)} language={language} />,
    },
    { head: t.service, cell: ({ serviceName }) => serviceName },
    { head: t.master, cell: ({ staffName }) => staffName ?? todayTexts[language].nobody },
    { head: t.status, cell: (booking) => <Status booking={booking} language={language} /> },
  ]
}

/** The client, as far as anybody knows him. */
export const Whose = ({
  booking,
  name,
  language,
}: {
  booking: BookingRow
  /** How the salon calls him; without, as YClients does. */
  name: string | undefined
  language: Language
}) => {
  const { userId, clientName, clientMatch, undecided } = booking
  const t = bookingsTexts[language]
  if (userId !== null) return <a href={`/admin/clients/${userId}`}>{name ?? clientName ?? `№ ${userId}`}</a>
  // Somebody who is not in the app is no trouble; where two fit, a person has to say who.
  const known = clientMatch === 'technical' ? t.match.technical : todayTexts[language].notInApp
  return (
    <>
      {clientName} {undecided === 1 ? <span class="tag warn">{t.nobody}</span> : <span class="soft">{known}</span>}
    </>
  )
}

export const Status = ({ booking, language }: { booking: BookingRow; language: Language }) => {
  const { status, source, holdExpiresAt, syncState } = booking
  const t = bookingsTexts[language]
  const isHeld = holdExpiresAt !== null
  return (
    <>
      <StatusTag status={status} language={language} /> {isHeld && <span class="tag warn">{t.events.held}</span>}{' '}
      {syncState !== null && !isHeld && <span class="tag warn">{t.sync[syncState]}</span>}{' '}
      <span class="soft">{t.sources[source]}</span>
    </>
  )
}
