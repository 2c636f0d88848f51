import { Hono } from 'hono'
import { guards } from '../auth.ts'
import { addClient, changeClient, findByPhone, normalPhone } from '../clients.ts'
import type { Context } from '../context.ts'
import { ApiError, answer, notFound } from '../envelope.ts'
import { readObject, text } from '../read.ts'
import { invalid, readClientFields } from '../record-body.ts'
import type { Client } from '../state.ts'
import { clientView } from '../views.ts'

/** The salon's client cards. */
export function clientRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { user } = guards(ctx)

  const find = (id: string): Client => {
    const client = ctx.salon.clients.get(Number(id))
    if (!client) throw notFound('Клиент не найден')
    return client
  }

  app.get('/client/:cid/:id', user, (c) => answer(ctx, c.req.raw, clientView(ctx, find(c.req.param('id')), 'rest')))

  app.put('/client/:cid/:id', user, async (c) => {
    const client = find(c.req.param('id'))
    const body = await readObject(c.req.raw)
    const phone = text(body.phone)
    if (phone !== undefined) {
      const owner = findByPhone(ctx, phone)
      if (normalPhone(phone) === '') throw invalid({ phone: ['Неверный формат телефона'] })
      if (owner && owner !== client) throw knownPhone()
    }
    changeClient(ctx, client, { ...readClientFields(body), ...(phone !== undefined && { phone }) }, 'api')
    return answer(ctx, c.req.raw, clientView(ctx, client, 'rest'))
  })

  app.post('/clients/:cid', user, async (c) => {
    const body = await readObject(c.req.raw)
    const phone = text(body.phone) ?? ''
    if (normalPhone(phone) === '') throw invalid({ phone: ['Неверный формат телефона'] })
    if (!text(body.name)) throw invalid({ name: ['Не указано имя'] })
    if (findByPhone(ctx, phone)) throw knownPhone()
    const client = addClient(ctx, { ...readClientFields(body), phone }, 'api')
    return answer(ctx, c.req.raw, clientView(ctx, client, 'rest'), { status: 201 })
  })

  return app
}

const knownPhone = () => new ApiError(422, 'Клиент с таким номером телефона уже существует')
