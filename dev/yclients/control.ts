import { Hono } from 'hono'
import type { Commands } from './commands.ts'
import type { Context } from './context.ts'
import { ApiError } from './envelope.ts'
import type { Json, JsonObject } from './json.ts'
import { turnKnobs } from './knobs.ts'
import { flag, given, number, parseObject, readJson, text } from './read.ts'
import { readAttendance, readClientFields, readRecordBody } from './record-body.ts'
import { recordView } from './render.ts'
import { playVisit } from './scenario.ts'
import { clientView } from './views.ts'

export interface ResetOptions {
  seed?: number
  demoSalon?: boolean
}

/** The remote control: knobs, and what the salon's people do where the API has no call for it. */
export function controlRoutes(ctx: Context, commands: Commands, reset: (options: ResetOptions) => void): Hono {
  const app = new Hono({ strict: false }).basePath('/__control')
  const json = (body: Json, status = 200) => Response.json(body, { status })
  const record = (id: number, status = 200) => {
    const found = ctx.salon.records.get(id)
    return json(found ? recordView(ctx, found, { form: 'rest' }) : null, status)
  }
  const summary = (): JsonObject => {
    const records = [...ctx.salon.records.values()]
    const { salon, webhooks } = ctx
    return {
      company_id: salon.companyId,
      now: ctx.clock.iso(ctx.clock.now()),
      services: salon.services.size,
      staff: salon.staff.size,
      clients: salon.clients.size,
      records: records.length,
      deleted_records: records.filter(({ deleted }) => deleted).length,
      hook_urls: salon.hooks.urls,
      webhooks_waiting: webhooks.outbox.length,
      webhooks_made: webhooks.events,
    }
  }

  app.get('/state', () => json(summary()))
  app.get('/knobs', () => json(knobsView()))
  app.put('/knobs', async (c) => {
    const problem = turnKnobs(ctx.knobs, await readJson(c.req.raw))
    return problem === undefined ? json(knobsView()) : json({ error: problem }, 422)
  })
  const knobsView = (): JsonObject => ({ ...ctx.knobs })

  app.post('/reset', async (c) => {
    const body = await readOptional(c.req.raw)
    const demoSalon = body.demo_salon === undefined ? undefined : flag(body.demo_salon)
    reset(given({ seed: number(body.seed), demoSalon }))
    return json(summary())
  })

  app.get('/webhooks', () =>
    json(ctx.webhooks.log.map((delivery) => ({ ...delivery, body: JSON.parse(delivery.body) }))),
  )
  app.post('/webhooks/flush', async () => json({ delivered: await ctx.webhooks.deliverAll() }))

  // The bodies are those of the API's own POST /records; busy times are not refused.
  app.post('/records', async (c) => {
    const { record: input } = readRecordBody(ctx, await readOptional(c.req.raw), 'create')
    return record(commands.createRecord(input).id, 201)
  })
  app.post('/records/:id/:action', async (c) => {
    const id = Number(c.req.param('id'))
    if (!ctx.salon.records.has(id)) return json({ error: 'no such record' }, 404)
    const body = await readOptional(c.req.raw)
    act(c.req.param('action'), id, body)
    return record(id)
  })
  function act(action: string, id: number, body: JsonObject): void {
    switch (action) {
      case 'attendance':
        commands.setAttendance(id, readAttendance(body.attendance ?? null))
        return
      case 'move':
        commands.move(id, need(text(body.datetime), 'datetime'), number(body.staff_id))
        return
      case 'cost':
        commands.setCost(id, need(number(body.cost), 'cost'))
        return
      case 'comment':
        commands.changeRecord(id, { comment: need(text(body.comment), 'comment') })
        return
      case 'pay':
        commands.pay(id)
        return
      case 'cancel':
        commands.cancel(id)
        return
      case 'forget':
        commands.forget(id)
        return
      default:
        throw new ApiError(404, `no such action: ${action}`)
    }
  }

  app.post('/clients/:id', async (c) => {
    const body = await readOptional(c.req.raw)
    const phone = text(body.phone)
    const id = Number(c.req.param('id'))
    if (!ctx.salon.clients.has(id)) return json({ error: 'no such client' }, 404)
    const changes = { ...readClientFields(body), ...(phone !== undefined && { phone }) }
    return json(clientView(ctx, commands.changeClient(id, changes), 'rest'))
  })

  app.post('/visits', async (c) => {
    const { record: input } = readRecordBody(ctx, await readOptional(c.req.raw), 'create')
    return record(playVisit(ctx, commands, input).id, 201)
  })

  app.onError((error) => json({ error: error.message }, error instanceof ApiError ? error.status : 422))
  return app
}

function need<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new ApiError(422, `${name} is missing`)
  return value
}

/** A command without details may come without a body. */
async function readOptional(request: Request): Promise<JsonObject> {
  const raw = await request.text()
  return raw === '' ? {} : parseObject(raw)
}
