import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { BOOKING_METHODS } from '../catalog/booking-method.ts'
import { changeService } from '../catalog/change-service.ts'
import { createService } from '../catalog/create-service.ts'
import { getAnyService, type ServiceRow } from '../catalog/get-any-service.ts'
import { listCategories } from '../catalog/list-categories.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { listKept } from '../yclients/list-kept.ts'
import { MOST_CATEGORIES } from './catalog.routes.tsx'
import {
  rubles,
  typedFlag,
  typedIdOrNone,
  typedKey,
  typedMoney,
  typedName,
  typedText,
  typedVersion,
  typedWithin,
} from './catalog-fields.ts'
import { doneFlash, goTo, readForm, show, type Typed, UNTOUCHED } from './panel.view.tsx'
import { ServicePage } from './service.page.tsx'
import { catalogTexts } from './texts/catalog.ts'

export const servicePages = newRoutes()
type Http = HonoContext<HttpEnv>

/** The same bounds as in the API. */
const fields = z.object({
  version: typedVersion.optional(),
  key: typedKey,
  name: typedName,
  price: typedMoney,
  duration: typedWithin(1, 1440),
  category: typedIdOrNone,
  description: typedText(4000),
  active: typedFlag,
  method: z.enum(BOOKING_METHODS),
  yclientsId: typedIdOrNone,
  step: typedWithin(5, 1440),
  bufferBefore: typedWithin(0, 480),
  bufferAfter: typedWithin(0, 480),
  notice: typedWithin(0, 525_600),
  cancelNotice: typedWithin(0, 525_600),
  horizon: typedWithin(1, 730),
})

const readFields = (value: z.infer<typeof fields>) => ({
  name: value.name,
  priceKopecks: value.price,
  durationMinutes: value.duration,
  categoryId: value.category,
  description: value.description,
  active: value.active,
  bookingMethod: value.method,
  yclientsServiceId: value.yclientsId,
  slotStepMinutes: value.step,
  bufferBeforeMinutes: value.bufferBefore,
  bufferAfterMinutes: value.bufferAfter,
  minNoticeMinutes: value.notice,
  cancelNoticeMinutes: value.cancelNotice,
  horizonDays: value.horizon,
})

const formOf = (service: ServiceRow): Typed => ({
  version: String(service.updatedAt),
  name: service.name,
  price: rubles(service.priceKopecks),
  duration: String(service.durationMinutes),
  category: String(service.categoryId ?? ''),
  description: service.description,
  active: String(service.active === 1),
  method: service.bookingMethod,
  yclientsId: String(service.yclientsServiceId ?? ''),
  step: String(service.slotStepMinutes),
  bufferBefore: String(service.bufferBeforeMinutes),
  bufferAfter: String(service.bufferAfterMinutes),
  notice: String(service.minNoticeMinutes),
  cancelNotice: String(service.cancelNoticeMinutes),
  horizon: String(service.horizonDays),
})

/** As the database has it by default. */
const NEW: Typed = {
  active: 'true',
  method: 'auto',
  duration: '60',
  step: '30',
  bufferBefore: '0',
  bufferAfter: '0',
  notice: '60',
  cancelNotice: '180',
  horizon: '60',
}

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly typed?: Typed
  readonly wrong?: ReadonlySet<string>
}

async function showService(c: Http, found: Awaited<ReturnType<typeof getAnyService>>, again: Again = {}) {
  const { ctx, language } = c.var
  const t = catalogTexts[language]
  const [{ categories }, kept] = await Promise.all([
    listCategories(ctx, { afterId: 0, limit: MOST_CATEGORIES }),
    found ? listKept(ctx) : [],
  ])
  const body = (
    <ServicePage
      language={language}
      path={`/admin/catalog/services/${found?.service.id ?? 'new'}`}
      refusal={again.refusal}
      typed={again.typed ?? (found ? formOf(found.service) : { ...NEW, key: ctx.newId() })}
      wrong={again.wrong ?? UNTOUCHED.wrong}
      categories={categories}
      kept={kept.filter(({ serviceId }) => found !== undefined && serviceId === found.service.id)}
      masters={found?.masters}
    />
  )
  const title = found?.service.name ?? t.newService
  return show(c, { title, body, status: again.status ?? 200, flash: doneFlash(c, t.done) })
}

/** A refusal in words; where somebody else was quicker, what he has saved stands in the form. */
function refusedWith(c: Http, refusal: ProblemCode, typed: Typed): Again {
  const { status, text } = describeProblem(refusal, c.var.language)
  return { status, refusal: text, ...(refusal !== 'changed_meanwhile' && { typed }) }
}

async function serviceOf(c: Http) {
  const id = Number(c.req.param('id'))
  const found = Number.isSafeInteger(id) ? await getAnyService(c.var.ctx, id) : undefined
  if (!found) throw new ProblemError('service_not_found')
  return found
}

servicePages.get('/admin/catalog/services/new', async (c) => await showService(c, undefined))

servicePages.post('/admin/catalog/services/new', async (c) => {
  const form = await readForm(c, fields)
  if (!form.ok) return await showService(c, undefined, { status: 422, typed: form.typed, wrong: form.wrong })
  const created = await createService(c.var.ctx, readFields(form.value), doneBy(c), form.value.key)
  if (created.ok) return goTo(c, `/admin/catalog/services/${created.value.id}?done=created`)
  return await showService(c, undefined, refusedWith(c, created.refusal, form.typed))
})

servicePages.get('/admin/catalog/services/:id', async (c) => await showService(c, await serviceOf(c)))

servicePages.post('/admin/catalog/services/:id', async (c) => {
  const found = await serviceOf(c)
  const form = await readForm(c, fields)
  if (!form.ok) return await showService(c, found, { status: 422, typed: form.typed, wrong: form.wrong })
  const { id } = found.service
  const changed = await changeService(c.var.ctx, id, readFields(form.value), doneBy(c), form.value.version)
  if (changed.ok) return goTo(c, `/admin/catalog/services/${id}?done=saved`)
  return await showService(c, await serviceOf(c), refusedWith(c, changed.refusal, form.typed))
})
