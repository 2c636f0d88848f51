import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { changeAdmin } from '../admin/change-admin.ts'
import { createAdmin } from '../admin/create-admin.ts'
import { findAdmin, listAdmins } from '../admin/list-admins.ts'
import { ROLES } from '../auth/actor.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { dayInZone } from '../platform/time.ts'
import { AdminPage, AdminsPage } from './admins.page.tsx'
import { typedText, typedVersion } from './catalog-fields.ts'
import { doneFlash, goTo, readForm, show, type Typed, UNTOUCHED } from './panel.view.tsx'
import { adminsTexts } from './texts/admins.ts'

export const adminPages = newRoutes()
type Http = HonoContext<HttpEnv>

const LIST = '/admin/settings/admins'
const SHOWN = 20

const name = typedText(100).pipe(z.string().min(1))
const role = z.enum(ROLES)
/** What is wrong with one is the verbs' business; none means Cloudflare Access. */
const password = z.string().max(1000)

interface Again {
  readonly typed: Typed
  readonly wrong: ReadonlySet<string>
  readonly refusal?: ProblemCode
}
const FRESH: Again = UNTOUCHED

/** Refusals that are about one field are said there as well. */
const FIELD_OF: Readonly<Partial<Record<ProblemCode, string>>> = {
  weak_password: 'password',
  admin_exists: 'email',
  validation_failed: 'email',
}

/** Where somebody else was quicker, what he has saved stands in the form. */
const refused = (typed: Typed, refusal: ProblemCode): Again => {
  if (refusal === 'changed_meanwhile') return { ...FRESH, refusal }
  const field = FIELD_OF[refusal]
  return { typed, refusal, wrong: new Set(field === undefined || refusal === 'admin_exists' ? [] : [field]) }
}

const statusOf = (c: Http, { refusal, wrong }: Again) => {
  const said = refusal && describeProblem(refusal, c.var.language)
  return { status: said?.status ?? (wrong.size > 0 ? 422 : 200), text: said?.text }
}

adminPages.get('/admin/settings/admins', async (c) => await list(c, FRESH))

const newcomer = z.object({ email: z.string().trim().min(1).max(254), name, role, password })

adminPages.post('/admin/settings/admins', async (c) => {
  const form = await readForm(c, newcomer)
  if (!form.ok) return await list(c, form)
  const { password: typed, ...who } = form.value
  const created = await createAdmin(c.var.ctx, { ...who, password: typed === '' ? undefined : typed }, doneBy(c))
  return created.ok ? goTo(c, `${LIST}?done=added`) : await list(c, refused(form.typed, created.refusal))
})

async function list(c: Http, again: Again): Promise<Response> {
  const { ctx, language } = c.var
  const asked = Number(c.req.query('after'))
  const afterId = Number.isSafeInteger(asked) && asked > 0 ? asked : 0
  const { admins, nextAfterId } = await listAdmins(ctx, { afterId, limit: SHOWN })
  const zone = ctx.config.branchTimezone
  const { status, text } = statusOf(c, again)
  const t = adminsTexts[language]
  const body = (
    <AdminsPage
      language={language}
      typed={again.typed}
      wrong={again.wrong}
      refusal={text}
      admins={admins.map((admin) => ({ ...admin, since: dayInZone(admin.createdAt, zone) }))}
      next={nextAfterId === undefined ? undefined : `${LIST}?after=${nextAfterId}`}
    />
  )
  return show(c, { title: t.title, body, status, flash: doneFlash(c, t.done) })
}

adminPages.get('/admin/settings/admins/:id', async (c) => await one(c, FRESH))

const change = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('change'),
    /** A page that does not say what it showed is an old one. */
    version: typedVersion.default(0),
    name,
    role,
    active: z.enum(['yes', 'no']).transform((word) => word === 'yes'),
  }),
  z.object({ step: z.literal('password'), password: password.min(1) }),
])

adminPages.post('/admin/settings/admins/:id', async (c) => {
  const form = await readForm(c, change)
  if (!form.ok) return await one(c, form)
  const { step, version, ...wanted } = { version: undefined, ...form.value }
  const changed = await changeAdmin(c.var.ctx, idOf(c), wanted, doneBy(c), version)
  if (!changed.ok) return await one(c, refused(form.typed, changed.refusal))
  return goTo(c, `${LIST}/${changed.value.id}?done=${step === 'password' ? 'reset' : 'changed'}`)
})

async function one(c: Http, again: Again): Promise<Response> {
  const { ctx, language } = c.var
  const admin = await findAdmin(ctx, idOf(c))
  if (!admin) throw new ProblemError('admin_not_found')
  const { status, text } = statusOf(c, again)
  const body = <AdminPage language={language} admin={admin} typed={again.typed} wrong={again.wrong} refusal={text} />
  const flash = doneFlash(c, adminsTexts[language].done)
  return show(c, { title: admin.name, body, status, flash, narrow: true })
}

/** Of nobody, where the address has no number. */
const idOf = (c: Http): number => {
  const id = Number(c.req.param('id'))
  return Number.isSafeInteger(id) ? id : 0
}
