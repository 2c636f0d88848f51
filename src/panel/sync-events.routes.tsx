import * as z from 'zod'
import { newRoutes } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { getWebhookEvent } from '../yclients/get-webhook-event.ts'
import { listWebhookEvents } from '../yclients/list-webhook-events.ts'
import { WEBHOOK_VERDICTS } from '../yclients/verdict.ts'
import { doneFlash, show, wrongFields } from './panel.view.tsx'
import { EventPage, EventsPage } from './sync-events.page.tsx'
import { syncEventsTexts } from './texts/sync-events.ts'
import { wallTimeIn } from './wall-time.ts'

export const syncEventPages = newRoutes()

const SHOWN = 20

const number = z
  .string()
  .trim()
  .regex(/^\d{0,15}$/)
  .transform((text) => (text === '' ? undefined : Number(text)))
  .optional()

export const verdictField = z
  .enum(['', ...WEBHOOK_VERDICTS])
  .transform((verdict) => (verdict === '' ? undefined : verdict))
  .optional()

const filterIn = (zone: string) =>
  z.object({
    verdict: verdictField,
    resource: z
      .string()
      .max(64)
      .transform((text) => text || undefined)
      .optional(),
    record: number,
    booking: number,
    from: wallTimeIn(zone),
    to: wallTimeIn(zone),
  })

syncEventPages.get('/admin/sync/events', async (c) => {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const { cursor, done: _, ...typed } = c.req.query()
  const read = filterIn(zone).safeParse(typed)
  const { record: resourceId, booking: bookingId, ...filter } = read.data ?? {}
  const found = read.success
    ? await listWebhookEvents(ctx, { ...filter, resourceId, bookingId, before: placeOf(cursor), limit: SHOWN })
    : { events: [], next: undefined }
  const { events, next } = found
  const t = syncEventsTexts[language]
  const range = new URLSearchParams({ from: typed.from ?? '', to: typed.to ?? '', verdict: typed.verdict ?? '' })
  const body = (
    <EventsPage
      language={language}
      zone={zone}
      typed={typed}
      wrong={wrongFields(read)}
      events={events}
      next={next && `/admin/sync/events?${new URLSearchParams({ ...typed, cursor: `${next.at}~${next.id}` })}`}
      replay={`/admin/sync/replay?${range}`}
    />
  )
  return show(c, { title: t.title, body, status: read.success ? 200 : 422, flash: doneFlash(c, t.done) })
})

/** Event ids are UUIDs (with a suffix for arrays), so their place in the list is written "instant~id". */
function placeOf(cursor: string | undefined): { at: number; id: string } | undefined {
  const [, at, id] = /^(\d{1,15})~([\w:-]{1,64})$/.exec(cursor ?? '') ?? []
  return at !== undefined && id !== undefined ? { at: Number(at), id } : undefined
}

syncEventPages.get('/admin/sync/events/:id', async (c) => {
  const { ctx, language } = c.var
  const event = await getWebhookEvent(ctx, c.req.param('id').slice(0, 100))
  if (!event) throw new ProblemError('not_found')
  const body = (
    <EventPage
      language={language}
      zone={ctx.config.branchTimezone}
      event={event}
      sameRecord={event.resourceId === null ? undefined : `/admin/sync/events?record=${event.resourceId}`}
    />
  )
  return show(c, { title: syncEventsTexts[language].eventTitle, body })
})
