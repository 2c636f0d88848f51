import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { cancelBooking } from '../booking/cancel-booking.ts'
import { finishVisit } from '../booking/finish-visit.ts'
import { getVisit, type Visit } from '../booking/get-visit.ts'
import { linkBooking } from '../booking/link-booking.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { explainEntry } from '../loyalty/explain-entry.ts'
import type { Result } from '../platform/outcome.ts'
import { describeProblem, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { cleanText } from '../platform/text.ts'
import { readPhone } from '../users/contact.ts'
import { findUserById, searchUsers } from '../users/find-users.ts'
import { fullName } from './clients.page.tsx'
import { LinkVisitPage } from './link-visit.page.tsx'
import { doneFlash, goTo, maySee, readForm, show, UNTOUCHED } from './panel.view.tsx'
import { bookingsTexts } from './texts/bookings.ts'
import { VisitPage } from './visit.page.tsx'

export const visitPages = newRoutes()
type Http = HonoContext<HttpEnv>

/** The visit of the address; whoever made the address up is told that there is none. */
export async function visitOf(c: Http): Promise<Visit> {
  const id = Number(c.req.param('id'))
  const visit = Number.isSafeInteger(id) ? await getVisit(c.var.ctx, id) : undefined
  if (!visit) throw new ProblemError('booking_not_found')
  return visit
}

/** The revision that a page showed: what is done on it is refused once the visit is another. */
export const seenRevision = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly reason?: string
  readonly wrong?: ReadonlySet<string>
}

visitPages.get('/admin/bookings/:id', async (c) => showVisit(c, await visitOf(c)))

function showVisit(c: Http, visit: Visit, { status = 200, refusal, reason = '', wrong }: Again = {}): Response {
  const { ctx, language } = c.var
  const t = bookingsTexts[language]
  const { id } = visit.booking
  const path = `/admin/bookings/${id}`
  const to = (page: string) => (maySee(c, page) ? page.replace(':id', String(id)) : undefined)
  const isOn = !['cancelled', 'no_show'].includes(visit.booking.status)
  const hasBonuses = visit.client?.uniqueCode != null && visit.client.bonusBalancePoints > 0
  const writeOff = isOn && hasBonuses && maySee(c, '/admin/clients/:id/write-off')
  const body = (
    <VisitPage
      language={language}
      zone={ctx.config.branchTimezone}
      now={ctx.now()}
      visit={visit}
      yclientsEnabled={ctx.config.yclients.enabled}
      path={path}
      refusal={refusal}
      reason={reason}
      wrong={wrong ?? UNTOUCHED.wrong}
      explanations={visit.entries.map((entry) => explainEntry(entry, language))}
      links={{
        link: to('/admin/bookings/:id/link'),
        move: to('/admin/bookings/:id/move'),
        writeOff: writeOff ? `/admin/clients/${visit.client?.id}/write-off` : undefined,
      }}
    />
  )
  return show(c, { title: t.visit(id), body, status, flash: doneFlash(c, t.done) })
}

const OUTCOMES = { complete: 'completed', no_show: 'no_show', reopen: 'confirmed' } as const

const action = z.discriminatedUnion('action', [
  z.object({ action: z.enum(['complete', 'no_show', 'reopen']), revision: seenRevision }),
  z.object({ action: z.literal('cancel'), revision: seenRevision, reason: z.string().trim().min(1).max(300) }),
])

visitPages.post('/admin/bookings/:id', async (c) => {
  const { ctx, language } = c.var
  const { booking } = await visitOf(c)
  const form = await readForm(c, action)
  const again = async (more: Again) => showVisit(c, await visitOf(c), { reason: form.typed.reason ?? '', ...more })
  if (!form.ok) return await again({ status: 422, wrong: form.wrong })
  const { value } = form
  const wanted = { bookingId: booking.id, revision: value.revision }
  const done: Result<unknown, ProblemCode> =
    value.action === 'cancel'
      ? await cancelBooking(ctx, { ...wanted, reason: cleanText(value.reason, 300) }, 'desk', doneBy(c))
      : await finishVisit(ctx, { ...wanted, outcome: OUTCOMES[value.action] }, doneBy(c))
  if (done.ok) return goTo(c, `/admin/bookings/${booking.id}?done=${value.action}`)
  const { status, text } = describeProblem(done.refusal, language)
  return await again({ status, refusal: text })
})

const CLIENTS_SHOWN = 10
const LONGEST_QUERY = 100

visitPages.get('/admin/bookings/:id/link', async (c) => await showLinking(c, await visitOf(c)))

async function showLinking(c: Http, visit: Visit, again: { status?: number; refusal?: string } = {}) {
  const { ctx, language } = c.var
  const { booking, client } = visit
  // What the visit tells of its client is the first thing to look for.
  const told = readPhone(booking.phone ?? '')?.value ?? booking.clientName ?? ''
  const query = (c.req.query('q') ?? told).trim().slice(0, LONGEST_QUERY)
  // Somebody who has just been registered for this visit.
  const chosen = Number(c.req.query('user') ?? Number.NaN)
  const registered = Number.isSafeInteger(chosen) ? await findUserById(ctx, chosen) : undefined
  const clients = registered ? [registered] : await searchUsers(ctx, query, { afterId: 0, limit: CLIENTS_SHOWN })
  const body = (
    <LinkVisitPage
      language={language}
      zone={ctx.config.branchTimezone}
      booking={booking}
      name={client && fullName(client, language)}
      query={query}
      clients={clients}
      refusal={again.refusal}
    />
  )
  return show(c, { title: bookingsTexts[language].linkTitle, body, status: again.status ?? 200 })
}

const link = z.object({
  user: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  revision: seenRevision,
})

visitPages.post('/admin/bookings/:id/link', async (c) => {
  const { ctx, language } = c.var
  const { booking } = await visitOf(c)
  const form = await readForm(c, link)
  const again = async (code: ProblemCode) => {
    const { status, text } = describeProblem(code, language)
    return await showLinking(c, await visitOf(c), { status, refusal: text })
  }
  if (!form.ok) return await again('validation_failed')
  const { user: userId, revision } = form.value
  const linked = await linkBooking(ctx, { bookingId: booking.id, userId, revision }, doneBy(c))
  return linked.ok ? goTo(c, `/admin/bookings/${booking.id}?done=linked`) : await again(linked.refusal)
})
