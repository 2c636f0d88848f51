import type { BookingRow } from '../booking/get-visit.ts'
import type { Language } from '../platform/problem.ts'
import type { User } from '../users/user.ts'
import { Status, Whose } from './bookings.page.tsx'
import { fullName } from './clients.page.tsx'
import { dateTime } from './dates.ts'
import { Field, Hidden } from './form.tsx'
import { Newcomer } from './new-client.page.tsx'
import { type Column, Table } from './table.tsx'
import { bookingsTexts } from './texts/bookings.ts'
import { clientsTexts } from './texts/clients.ts'

export interface LinkVisitView {
  readonly language: Language
  readonly zone: string
  readonly booking: BookingRow
  /** Of its client, as the salon calls him. */
  readonly name: string | undefined
  readonly query: string
  /** Undefined: nothing was asked. */
  readonly clients: readonly User[] | undefined
  readonly refusal: string | undefined
}

export const LinkVisitPage = (view: LinkVisitView) => {
  const { language, zone, booking, name, query, clients, refusal } = view
  const t = bookingsTexts[language]
  const search = clientsTexts[language]
  const path = `/admin/bookings/${booking.id}/link`
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <section class="card" aria-label={t.visit(booking.id)}>
        <p>
          <a href={`/admin/bookings/${booking.id}`}>{dateTime(booking.startsAt, zone, language)}</a>,{' '}
          {booking.serviceName}, {booking.staffName}
        </p>
        <p>
          <Whose booking={booking} name={name} language={language} /> {booking.phone}
        </p>
        <p>
          <Status booking={booking} language={language} />
        </p>
        {booking.comment && <p class="soft">{booking.comment}</p>}
      </section>
      <search>
        <form class="card row search" method="get" action={path} data-live="results">
          <Field name="q" type="search" label={search.search} hint={search.searchHint} value={query} maxlength={100} />
          <button>{search.find}</button>
        </form>
      </search>
      <div id="results" aria-live="polite">
        {clients === undefined ? (
          <p class="soft">{search.start}</p>
        ) : (
          <Table
            caption={search.found}
            columns={columnsOf(view, path)}
            rows={clients}
            empty={<Newcomer language={language} query={query} back={path} />}
          />
        )}
        {clients !== undefined && clients.length > 0 && <p class="soft">{t.linkFollows}</p>}
      </div>
    </>
  )
}

function columnsOf({ language, booking }: LinkVisitView, path: string): Column<User>[] {
  const t = bookingsTexts[language]
  const search = clientsTexts[language]
  return [
    { head: search.code, cell: ({ uniqueCode }) => <span class="code">{uniqueCode ?? '—'}</span> },
    { head: search.name, cell: (user) => <a href={`/admin/clients/${user.id}`}>{fullName(user, language)}</a> },
    { head: search.phone, cell: ({ phone }) => phone ?? '—' },
    { head: search.email, cell: ({ email }) => email ?? '—' },
    {
      head: t.link,
      cell: (user) => (
        <form method="post" action={path}>
          <Hidden values={{ user: String(user.id), revision: String(booking.revision) }} />
          <button aria-label={t.linkToName(fullName(user, language))}>{t.linkTo}</button>
        </form>
      ),
    },
  ]
}
