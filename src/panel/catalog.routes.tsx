import { listCategories } from '../catalog/list-categories.ts'
import { listServices } from '../catalog/list-services.ts'
import { newRoutes } from '../http.ts'
import { listKept } from '../yclients/list-kept.ts'
import { CatalogPage } from './catalog.page.tsx'
import { doneFlash, show } from './panel.view.tsx'
import { catalogTexts } from './texts/catalog.ts'

export const catalogPages = newRoutes()

const SHOWN = 40
export const MOST_CATEGORIES = 200

const numberOf = (typed: string | undefined) => (/^\d{1,15}$/.test(typed ?? '') ? Number(typed) : undefined)

catalogPages.get('/admin/catalog', async (c) => {
  const { ctx, language } = c.var
  const categoryId = numberOf(c.req.query('category'))
  const afterId = numberOf(c.req.query('after')) ?? 0
  const [{ services, nextAfterId }, { categories }, kept] = await Promise.all([
    listServices(ctx, { activeOnly: false, categoryId, afterId, limit: SHOWN }),
    listCategories(ctx, { afterId: 0, limit: MOST_CATEGORIES }),
    listKept(ctx),
  ])
  const category = categoryId === undefined ? '' : String(categoryId)
  const rest = new URLSearchParams({ ...(category && { category }), after: String(nextAfterId) })
  const body = (
    <CatalogPage
      language={language}
      services={services}
      next={nextAfterId === undefined ? undefined : `/admin/catalog?${rest}`}
      categories={categories}
      category={category}
      kept={kept}
      yclientsEnabled={ctx.config.yclients.enabled}
    />
  )
  const t = catalogTexts[language]
  return show(c, { title: t.title, body, flash: doneFlash(c, t.done) })
})
