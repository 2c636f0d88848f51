import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { changeCategory } from '../catalog/change-category.ts'
import { createCategory } from '../catalog/create-category.ts'
import { type CategoryRow, getCategory } from '../catalog/get-category.ts'
import { listCategories } from '../catalog/list-categories.ts'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, ProblemError } from '../platform/problem.ts'
import { listKept } from '../yclients/list-kept.ts'
import { MOST_CATEGORIES } from './catalog.routes.tsx'
import { typedKey, typedName, typedVersion } from './catalog-fields.ts'
import { CategoriesPage, CategoryForm } from './categories.page.tsx'
import { doneFlash, goTo, readForm, show, type Typed, typedNumber, UNTOUCHED } from './panel.view.tsx'
import { catalogTexts } from './texts/catalog.ts'

export const categoryPages = newRoutes()
type Http = HonoContext<HttpEnv>

const PATH = '/admin/catalog/categories'
const fields = z.object({ version: typedVersion.optional(), key: typedKey, name: typedName, position: typedNumber })

interface Again {
  readonly status?: number
  readonly refusal?: string
  readonly typed?: Typed
  readonly wrong?: ReadonlySet<string>
}

async function showCategories(c: Http, again: Again = {}): Promise<Response> {
  const { ctx, language } = c.var
  const [{ categories }, kept] = await Promise.all([
    listCategories(ctx, { afterId: 0, limit: MOST_CATEGORIES }),
    listKept(ctx),
  ])
  const body = (
    <CategoriesPage
      language={language}
      path={PATH}
      typed={again.typed ?? { position: '0', key: ctx.newId() }}
      wrong={again.wrong ?? UNTOUCHED.wrong}
      categories={categories}
      kept={kept}
    />
  )
  const t = catalogTexts[language]
  return show(c, { title: t.categories, body, status: again.status ?? 200, flash: doneFlash(c, t.done) })
}

categoryPages.get(PATH, async (c) => await showCategories(c))

categoryPages.post(PATH, async (c) => {
  const form = await readForm(c, fields)
  if (!form.ok) return await showCategories(c, { status: 422, typed: form.typed, wrong: form.wrong })
  const { name, position, key } = form.value
  await createCategory(c.var.ctx, { name, position }, doneBy(c), key)
  return goTo(c, `${PATH}?done=created`)
})

async function categoryOf(c: Http): Promise<CategoryRow> {
  const id = Number(c.req.param('id'))
  const category = Number.isSafeInteger(id) ? await getCategory(c.var.ctx, id) : undefined
  if (!category) throw new ProblemError('category_not_found')
  return category
}

function showCategory(c: Http, { id, name, position, updatedAt }: CategoryRow, again: Again = {}): Response {
  const stored = { version: String(updatedAt), name, position: String(position) }
  const body = (
    <CategoryForm
      language={c.var.language}
      path={`${PATH}/${id}`}
      refusal={again.refusal}
      typed={again.typed ?? stored}
      wrong={again.wrong ?? UNTOUCHED.wrong}
    />
  )
  return show(c, { title: name, body, status: again.status ?? 200 })
}

categoryPages.get(`${PATH}/:id`, async (c) => showCategory(c, await categoryOf(c)))

categoryPages.post(`${PATH}/:id`, async (c) => {
  const category = await categoryOf(c)
  const form = await readForm(c, fields)
  if (!form.ok) return showCategory(c, category, { status: 422, typed: form.typed, wrong: form.wrong })
  const { version, name, position } = form.value
  const changed = await changeCategory(c.var.ctx, category.id, { name, position }, doneBy(c), version)
  if (changed.ok) return goTo(c, `${PATH}?done=saved`)
  const { status, text } = describeProblem(changed.refusal, c.var.language)
  return showCategory(c, await categoryOf(c), { status, refusal: text })
})
