import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { dismissParked, replayParked } from '../ops/close-parked.ts'
import { listParked } from '../ops/list-parked.ts'
import { describeProblem } from '../platform/problem.ts'
import { doneFlash, goTo, maySee, readForm, show } from './panel.view.tsx'
import { type ParkedItem, ParkedPage } from './parked.page.tsx'
import { parkedTexts, type Subject } from './texts/parked.ts'

export const parkedPages = newRoutes()
type Http = HonoContext<HttpEnv>

const SHOWN = 20

parkedPages.get('/admin/sync/parked', async (c) => await list(c))

const decision = z.object({ id: z.coerce.number().int().positive(), action: z.enum(['replay', 'dismiss']) })

parkedPages.post('/admin/sync/parked', async (c) => {
  const { ctx, language } = c.var
  const form = await readForm(c, decision)
  if (!form.ok) return await list(c, describeProblem('validation_failed', language))
  const { id, action } = form.value
  const closed = await (action === 'replay' ? replayParked : dismissParked)(ctx, id, doneBy(c))
  if (!closed.ok) return await list(c, describeProblem(closed.refusal, language))
  return goTo(c, `/admin/sync/parked?done=${action === 'replay' ? 'replayed' : 'dismissed'}`)
})

async function list(c: Http, refused?: { status: number; text: string }): Promise<Response> {
  const { ctx, language } = c.var
  const asked = Number(c.req.query('after'))
  const afterId = Number.isSafeInteger(asked) && asked > 0 ? asked : 0
  const { parked, nextAfterId } = await listParked(ctx, { afterId, limit: SHOWN })
  const t = parkedTexts[language]
  const body = (
    <ParkedPage
      language={language}
      zone={ctx.config.branchTimezone}
      items={parked.map(({ key, ...work }) => ({ ...work, ...describe(c, key) }))}
      next={nextAfterId === undefined ? undefined : `/admin/sync/parked?after=${nextAfterId}`}
      refusal={refused?.text}
    />
  )
  return show(c, { title: t.title, body, status: refused?.status ?? 200, flash: doneFlash(c, t.done) })
}

/** Kinds of which nothing is kept that could be sent again. */
const DISMISSED_ONLY: readonly Subject[] = ['alarm', 'channel']

/** What a key says that the work is about: "settle:17" is of client 17. */
function describe(c: Http, key: string): Pick<ParkedItem, 'subject' | 'name' | 'href' | 'canReplay'> {
  const [kind = '', ...rest] = key.split(':')
  const subject = isSubject(kind) ? kind : 'other'
  const name = subject === 'other' ? key : rest.join(':')
  const page = pageOf(subject, name)
  return {
    subject,
    name,
    href: page && maySee(c, page.route) ? page.href : undefined,
    canReplay: !DISMISSED_ONLY.includes(subject),
  }
}

const isSubject = (word: string): word is Subject => Object.hasOwn(parkedTexts.ru.subjects, word)

function pageOf(subject: Subject, name: string): { route: string; href: string } | undefined {
  const id = encodeURIComponent(name)
  switch (subject) {
    case 'webhook':
      return { route: '/admin/sync/events/:id', href: `/admin/sync/events/${id}` }
    case 'record':
      return { route: '/admin/sync/events', href: `/admin/sync/events?record=${name.split(':')[1] ?? ''}` }
    case 'settle':
      return { route: '/admin/clients/:id', href: `/admin/clients/${id}` }
    case 'write-booking':
      return { route: '/admin/bookings/:id', href: `/admin/bookings/${id}` }
    case 'catalog':
      return { route: '/admin/sync', href: '/admin/sync' }
    default:
      return undefined
  }
}
