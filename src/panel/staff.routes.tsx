import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { changeStaff } from '../catalog/change-staff.ts'
import { createStaff } from '../catalog/create-staff.ts'
import { getStaff, type StaffRow } from '../catalog/get-staff.ts'
import { listServices } from '../catalog/list-services.ts'
import { listStaff } from '../catalog/list-staff.ts'
import { listStaffServices, removeStaffService, setStaffService } from '../catalog/staff-services.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { listKept } from '../yclients/list-kept.ts'
import {
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
import { PersonPage, StaffPage } from './staff.page.tsx'
import { catalogTexts } from './texts/catalog.ts'

export const staffPages = newRoutes()
type Http = HonoContext<HttpEnv>

const SHOWN = 40
/** Services of a salon, and of one master. */
const SERVICES = 300

staffPages.get('/admin/staff', async (c) => {
  const { ctx, language } = c.var
  const typed = c.req.query('after') ?? ''
  const afterId = /^\d{1,15}$/.test(typed) ? Number(typed) : 0
  const [{ staff, nextAfterId }, kept] = await Promise.all([
    listStaff(ctx, { activeOnly: false, serviceId: undefined, afterId, limit: SHOWN }),
    listKept(ctx),
  ])
  const next = nextAfterId === undefined ? undefined : `/admin/staff?after=${nextAfterId}`
  const t = catalogTexts[language]
  return show(c, { title: t.staff, body: <StaffPage language={language} staff={staff} next={next} kept={kept} /> })
})

const fields = z.object({
  version: typedVersion.optional(),
  key: typedKey,
  name: typedName,
  specialization: typedText(120),
  active: typedFlag,
  yclientsId: typedIdOrNone,
})

const readFields = ({ name, specialization, active, yclientsId }: z.infer<typeof fields>) => ({
  name,
  specialization,
  active,
  yclientsStaffId: yclientsId,
})

const formOf = (person: StaffRow): Typed => ({
  version: String(person.updatedAt),
  name: person.name,
  specialization: person.specialization,
  active: String(person.active === 1),
  yclientsId: String(person.yclientsStaffId ?? ''),
})

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly typed?: Typed
  readonly wrong?: ReadonlySet<string>
  readonly wrongTerms?: number
}

async function showPerson(c: Http, person: StaffRow | undefined, again: Again = {}): Promise<Response> {
  const { ctx, language } = c.var
  const t = catalogTexts[language]
  const [does, { services }, kept] = await Promise.all([
    person && listStaffServices(ctx, person.id, { afterId: 0, limit: SERVICES }),
    person
      ? listServices(ctx, { activeOnly: true, categoryId: undefined, afterId: 0, limit: SERVICES })
      : { services: [] },
    person ? listKept(ctx) : [],
  ])
  const own = does?.ok ? does.value.services : undefined
  const body = (
    <PersonPage
      language={language}
      path={`/admin/staff/${person?.id ?? 'new'}`}
      refusal={again.refusal}
      typed={again.typed ?? (person ? formOf(person) : { active: 'true', key: ctx.newId() })}
      wrong={again.wrong ?? UNTOUCHED.wrong}
      kept={kept.filter(({ staffId, serviceId }) => staffId === person?.id && serviceId === undefined)}
      does={own}
      others={services.filter(({ id }) => !own?.some(({ serviceId }) => serviceId === id))}
      wrongTerms={again.wrongTerms}
    />
  )
  const flash = doneFlash(c, t.done)
  return show(c, { title: person?.name ?? t.newStaff, body, status: again.status ?? 200, flash })
}

/** A refusal in words; where somebody else was quicker, what he has saved stands in the form. */
function refusedWith(c: Http, refusal: ProblemCode, typed?: Typed): Again {
  const { status, text } = describeProblem(refusal, c.var.language)
  return { status, refusal: text, ...(typed && refusal !== 'changed_meanwhile' && { typed }) }
}

async function personOf(c: Http): Promise<StaffRow> {
  const id = Number(c.req.param('id'))
  const person = Number.isSafeInteger(id) ? await getStaff(c.var.ctx, id) : undefined
  if (!person) throw new ProblemError('staff_not_found')
  return person
}

staffPages.get('/admin/staff/new', async (c) => await showPerson(c, undefined))

staffPages.post('/admin/staff/new', async (c) => {
  const form = await readForm(c, fields)
  if (!form.ok) return await showPerson(c, undefined, { status: 422, typed: form.typed, wrong: form.wrong })
  const created = await createStaff(c.var.ctx, readFields(form.value), doneBy(c), form.value.key)
  if (created.ok) return goTo(c, `/admin/staff/${created.value.id}?done=created`)
  return await showPerson(c, undefined, refusedWith(c, created.refusal, form.typed))
})

staffPages.get('/admin/staff/:id', async (c) => await showPerson(c, await personOf(c)))

staffPages.post('/admin/staff/:id', async (c) => {
  const person = await personOf(c)
  const form = await readForm(c, z.object({ action: z.enum(['person', 'service', 'remove']).default('person') }))
  if (!form.ok) return await showPerson(c, person, { status: 422 })
  switch (form.value.action) {
    case 'service':
      return await setTerms(c, person)
    case 'remove':
      return await removeService(c, person, form.typed)
    default:
      return await savePerson(c, person)
  }
})

async function savePerson(c: Http, person: StaffRow): Promise<Response> {
  const form = await readForm(c, fields)
  if (!form.ok) return await showPerson(c, person, { status: 422, typed: form.typed, wrong: form.wrong })
  const changed = await changeStaff(c.var.ctx, person.id, readFields(form.value), doneBy(c), form.value.version)
  if (changed.ok) return goTo(c, `/admin/staff/${person.id}?done=saved`)
  return await showPerson(c, await personOf(c), refusedWith(c, changed.refusal, form.typed))
}

const empty = z.literal('').transform(() => null)
const terms = z.object({
  service: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
  price: empty.or(typedMoney).default(null),
  minutes: empty.or(typedWithin(1, 1440)).default(null),
})

async function setTerms(c: Http, person: StaffRow): Promise<Response> {
  const form = await readForm(c, terms)
  if (!form.ok) {
    const serviceId = Number(form.typed.service)
    const { ctx } = c.var
    const does = await listStaffServices(ctx, person.id, { afterId: serviceId - 1, limit: 1 })
    const isOld = does.ok && does.value.services[0]?.serviceId === serviceId
    return await showPerson(c, person, { status: 422, wrongTerms: isOld ? serviceId : 0 })
  }
  const { service: serviceId, price: priceKopecks, minutes: durationMinutes } = form.value
  const set = await setStaffService(
    c.var.ctx,
    { staffId: person.id, serviceId, priceKopecks, durationMinutes },
    doneBy(c),
  )
  if (set.ok) return goTo(c, `/admin/staff/${person.id}?done=saved`)
  return await showPerson(c, person, refusedWith(c, set.refusal))
}

async function removeService(c: Http, person: StaffRow, { service }: Typed): Promise<Response> {
  const removed = await removeStaffService(c.var.ctx, person.id, Number(service) || 0, doneBy(c))
  if (removed.ok) return goTo(c, `/admin/staff/${person.id}?done=removed`)
  return await showPerson(c, person, refusedWith(c, removed.refusal))
}
