import { Hono } from 'hono'
import { guards, readTokens } from '../auth.ts'
import type { Context } from '../context.ts'
import { ApiError, answer } from '../envelope.ts'
import type { JsonObject } from '../json.ts'
import { flag, list, readObject, text } from '../read.ts'
import { invalid } from '../record-body.ts'
import { HOOK_FLAGS, type HookSettings } from '../state.ts'

/** Login, rights, and where webhooks go. */
export function accountRoutes(ctx: Context): Hono {
  const app = new Hono()
  const { partner, user } = guards(ctx)

  app.post('/auth', partner, async (c) => {
    const body = await readObject(c.req.raw)
    const login = text(body.login)
    if (!login || !text(body.password)) throw new ApiError(422, 'Не указан логин или пароль')
    // The account has two-factor login: no token, a second step that nobody here can take.
    if (ctx.knobs.twoFactor)
      return answer(ctx, c.req.raw, { uuid: '00000000-0000-4000-8000-000000000002' }, { meta: {} })
    const data = {
      id: 123456,
      user_token: ctx.tokens.user,
      name: 'Системный пользователь',
      phone: '79000000000',
      login,
      email: 'user@example.com',
      avatar: 'https://yclients.example/images/no-master.png',
      is_approved: true,
    }
    return answer(ctx, c.req.raw, data, { status: 201, meta: {} })
  })

  app.get('/user/permissions/:cid', user, (c) => {
    const { user: token } = readTokens(c.req.header('authorization'))
    const contacts = ctx.knobs.hiddenContacts === 'everywhere' ? 0 : 1
    return answer(ctx, c.req.raw, {
      timetable_access: token ? 1 : 0,
      timetable_phones_access: contacts,
      client_phones_access: contacts,
      clients_phones_email_access: contacts,
      record_form_client_access: 1,
      webhook_read_access: 1,
      auth_enable_check_ip: 0,
      auth_list_allowed_ip: [],
    })
  })

  app.get('/hooks_settings/:cid', user, (c) => answer(ctx, c.req.raw, hooksView(ctx.salon.hooks)))

  app.post('/hooks_settings/:cid', user, async (c) => {
    const body = await readObject(c.req.raw)
    const urls = body.urls === undefined ? [] : list(body.urls).map((url) => text(url) ?? '')
    if (!urls.every((url) => URL.canParse(url))) throw invalid({ urls: ['Неверный адрес'] })
    const { hooks } = ctx.salon
    // The list is replaced, not merged: whoever was registered before is cut off.
    hooks.urls = urls
    if (body.active !== undefined) hooks.active = flag(body.active)
    if (body.self_sending !== undefined) hooks.selfSending = flag(body.self_sending)
    for (const name of HOOK_FLAGS) if (body[name] !== undefined) hooks.flags[name] = flag(body[name])
    return answer(ctx, c.req.raw, hooksView(hooks), { status: 201 })
  })

  return app
}

const hooksView = (hooks: HookSettings): JsonObject => ({
  urls: hooks.urls,
  active: hooks.active ? 1 : 0,
  self_sending: hooks.selfSending ? 1 : 0,
  ...Object.fromEntries(HOOK_FLAGS.map((name) => [name, hooks.flags[name] ? 1 : 0])),
})
