import { type Context as Call, Hono } from 'hono'
import { guards } from '../auth.ts'
import type { Context } from '../context.ts'
import { answer, notFound } from '../envelope.ts'
import type { Json } from '../json.ts'
import { categoryView, companyView, oldStaffView, serviceView, staffView } from '../views.ts'

/** What the salon offers and who works there. Each list has an older twin. */
export function catalogRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { partner, user } = guards(ctx)
  const withTotal = (c: Call, data: Json[]) => answer(ctx, c.req.raw, data, { meta: { total_count: data.length } })

  app.get('/company/:cid', partner, (c) => answer(ctx, c.req.raw, companyView(ctx)))

  const listServices = (c: Call) => {
    const staffId = Number(c.req.query('staff_id') ?? 0)
    const categoryId = Number(c.req.query('category_id') ?? 0)
    const services = [...ctx.salon.services.values()].filter(
      (service) =>
        (staffId === 0 || service.staff.some(({ id }) => id === staffId)) &&
        (categoryId === 0 || service.categoryId === categoryId),
    )
    return withTotal(
      c,
      services.map((service) => serviceView(ctx, service)),
    )
  }
  const oneService = (c: Call) => {
    const service = ctx.salon.services.get(Number(c.req.param('id')))
    if (!service) throw notFound('Услуга не найдена.')
    return answer(ctx, c.req.raw, serviceView(ctx, service))
  }
  app.get('/company/:cid/services', user, listServices)
  app.get('/company/:cid/services/:id', user, oneService)
  app.get('/services/:cid', user, listServices)
  app.get('/services/:cid/:id', user, oneService)

  const listCategories = (c: Call) =>
    withTotal(
      c,
      [...ctx.salon.categories.values()].map((category) => categoryView(ctx, category)),
    )
  const oneCategory = (c: Call) => {
    const category = ctx.salon.categories.get(Number(c.req.param('id')))
    if (!category) throw notFound('Категория не найдена.')
    return answer(ctx, c.req.raw, categoryView(ctx, category))
  }
  app.get('/company/:cid/service_categories', user, listCategories)
  app.get('/company/:cid/service_categories/:id', user, oneCategory)
  app.get('/service_categories/:cid', user, listCategories)
  app.get('/service_categories/:cid/:id', user, oneCategory)

  const findStaff = (c: Call) => {
    const staff = ctx.salon.staff.get(Number(c.req.param('id')))
    if (!staff) throw notFound(`Сотрудник с ID ${c.req.param('id')} не найден в филиале ${ctx.salon.companyId}.`)
    return staff
  }
  const allStaff = () => [...ctx.salon.staff.values()]
  app.get('/company/:cid/staff', user, (c) =>
    withTotal(
      c,
      allStaff().map((staff) => staffView(ctx, staff)),
    ),
  )
  app.get('/company/:cid/staff/:id{\\d+}', user, (c) => answer(ctx, c.req.raw, staffView(ctx, findStaff(c))))
  app.get('/staff/:cid', partner, (c) => answer(ctx, c.req.raw, allStaff().map(oldStaffView)))
  app.get('/staff/:cid/:id', partner, (c) => answer(ctx, c.req.raw, oldStaffView(findStaff(c))))

  return app
}
