import { Hono } from 'hono'
import { ApiError, errorAnswer } from './errors.ts'
import { turnKnobs } from './knobs.ts'
import { object } from './read.ts'
import type { Shop } from './shop.ts'

/** `/__control`: knobs, time, and what clients do. */
export function controlRoutes(shop: Shop): Hono {
  const app = new Hono().basePath('/__control')
  const read = async (request: Request) => object(JSON.parse((await request.text()) || '{}'), 'body')

  app.get('/state', (c) => {
    shop.tick()
    return c.json({
      now: new Date(shop.now()).toISOString(),
      payments: [...shop.till.payments.values()],
      refunds: [...shop.till.refunds.values()],
      receipts: [...shop.till.receipts.values()],
    })
  })
  app.get('/knobs', (c) => c.json(shop.knobs))
  app.put('/knobs', async (c) => {
    const problem = turnKnobs(shop.knobs, await read(c.req.raw))
    return problem === undefined ? c.json(shop.knobs) : c.json({ error: problem }, 422)
  })
  app.post('/pay', async (c) => {
    const { payment_id: id, card } = await read(c.req.raw)
    const payment = shop.pay(String(id), card === undefined ? undefined : String(card))
    return c.json({ id: payment.id, status: payment.status, reason: payment.cancellation?.reason ?? null })
  })
  app.post('/clock', async (c) => {
    const { advance_ms: ms } = await read(c.req.raw)
    if (typeof ms !== 'number' || !(ms >= 0)) return c.json({ error: 'advance_ms: milliseconds' }, 422)
    shop.advance(ms)
    return c.json({ now: new Date(shop.now()).toISOString() })
  })
  app.get('/notifications', (c) => c.json(shop.notifications.log.toReversed()))
  app.post('/deliver', async (c) => c.json({ delivered: await shop.notifications.deliverAll() }))
  app.post('/reset', async (c) => {
    const { seed } = await read(c.req.raw)
    shop.reset(typeof seed === 'number' ? seed : undefined)
    return c.body(null, 204)
  })
  app.onError((error, c) =>
    error instanceof ApiError ? errorAnswer(error, 'control') : c.json({ error: error.message }, 422),
  )
  return app
}
