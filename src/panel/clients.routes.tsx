import { listBookings } from '../booking/list-bookings.ts'
import { newRoutes } from '../http.ts'
import { explainEntry } from '../loyalty/explain-entry.ts'
import { listLedgerEntries } from '../loyalty/list-entries.ts'
import { pageOf } from '../platform/page.ts'
import { ProblemError } from '../platform/problem.ts'
import { searchUsers } from '../users/find-users.ts'
import { getClientCard } from '../users/get-client-card.ts'
import { ClientCardPage } from './client-card.page.tsx'
import { ClientsPage, fullName } from './clients.page.tsx'
import { doneFlash, goTo, maySee, show } from './panel.view.tsx'
import { clientCardTexts } from './texts/client-card.ts'
import { clientsTexts } from './texts/clients.ts'

export const clientPages = newRoutes()

const SHOWN = 20
const LONGEST_QUERY = 100

clientPages.get('/admin/clients', async (c) => {
  const { ctx, language } = c.var
  const query = (c.req.query('q') ?? '').trim().slice(0, LONGEST_QUERY)
  const afterId = Number(c.req.query('after') ?? 0)
  const found = Number.isSafeInteger(afterId) ? await searchUsers(ctx, query, { afterId, limit: SHOWN + 1 }) : undefined
  const { page, lastOfMore } = pageOf(found ?? [], SHOWN)
  const next = lastOfMore && `/admin/clients?${new URLSearchParams({ q: query, after: String(lastOfMore.id) })}`
  const body = <ClientsPage language={language} query={query} clients={found && page} next={next} />
  return show(c, { title: clientsTexts[language].title, body })
})

const ENTRIES_SHOWN = 20
const VISITS_SHOWN = 10

clientPages.get('/admin/clients/:id', async (c) => {
  const { ctx, language } = c.var
  const id = Number(c.req.param('id'))
  const card = Number.isSafeInteger(id) ? await getClientCard(ctx, id) : undefined
  if (!card) throw new ProblemError('user_not_found')
  const { person } = card
  // Of a client who was merged into another, the other's.
  if (person.id !== id) return goTo(c, `/admin/clients/${person.id}`)
  const asked = Number(c.req.query('before'))
  const beforeId = Number.isSafeInteger(asked) && asked > 0 ? asked : Number.MAX_SAFE_INTEGER
  const [{ entries, nextBeforeId }, { bookings }] = await Promise.all([
    listLedgerEntries(ctx, { userId: id, beforeId, limit: ENTRIES_SHOWN }),
    listBookings(ctx, {
      userId: id,
      unmatched: false,
      upcomingOnly: false,
      statuses: undefined,
      order: 'newest',
      after: undefined,
      limit: VISITS_SHOWN,
    }),
  ])
  const { bookings: paidFor } = await listBookings(ctx, {
    userId: undefined,
    unmatched: false,
    upcomingOnly: false,
    statuses: undefined,
    order: 'newest',
    after: undefined,
    limit: ENTRIES_SHOWN,
    ids: entries.flatMap(({ bookingId }) => bookingId ?? []),
  })
  const visitOf = new Map(paidFor.map((booking) => [booking.id, booking]))
  const action = (page: string) => (maySee(c, page) ? page.replace(':id', String(id)) : undefined)
  const hasCode = person.uniqueCode !== null
  const body = (
    <ClientCardPage
      language={language}
      zone={ctx.config.branchTimezone}
      card={card}
      visits={bookings}
      entries={entries.map((entry) => ({
        ...entry,
        explanation: explainEntry(entry, language),
        visit: visitOf.get(entry.bookingId ?? 0),
      }))}
      next={nextBeforeId === undefined ? undefined : `/admin/clients/${id}?before=${nextBeforeId}`}
      actions={{
        writeOff: hasCode && card.loyalty.balancePoints > 0 ? action('/admin/clients/:id/write-off') : undefined,
        adjust: hasCode ? action('/admin/clients/:id/adjust') : undefined,
        merge: action('/admin/clients/:id/merge'),
        visits: action('/admin/bookings') && `/admin/bookings?user_id=${id}`,
        book: action('/admin/bookings/new') && `/admin/bookings/new?user=${id}`,
      }}
    />
  )
  const flash = doneFlash(c, clientCardTexts[language].done)
  return show(c, { title: fullName(person, language), body, flash })
})
