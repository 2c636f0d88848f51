import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, ProblemError } from '../platform/problem.ts'
import { readWebhookSettings, registerWebhook, type WebhookSettingsResult } from '../yclients/webhook-settings.ts'
import { renderWebhookSettings } from '../yclients/webhook-settings.view.ts'
import { doneFlash, goTo, readForm, show } from './panel.view.tsx'
import { webhookSettingsTexts } from './texts/webhook-settings.ts'
import { WebhookCheckPage, WebhookRefusedPage, WebhookSettingsPage } from './webhook-settings.page.tsx'

export const webhookSettingsPages = newRoutes()
type Http = HonoContext<HttpEnv>

const PATH = '/admin/settings/webhook'

const requestOf = (c: Http) => ({ origin: new URL(c.req.url).origin, by: doneBy(c) })

webhookSettingsPages.get('/admin/settings/webhook', async (c) => {
  const { ctx, language } = c.var
  const read = await readWebhookSettings(ctx, { ...requestOf(c), reveal: false })
  if (!read.ok) return refuse(c, read)
  const t = webhookSettingsTexts[language]
  const settings = renderWebhookSettings(read.value, false)
  if (c.req.query('step') === 'check') {
    return show(c, { title: t.checkTitle, body: <WebhookCheckPage language={language} settings={settings} /> })
  }
  const body = <WebhookSettingsPage language={language} settings={settings} />
  return show(c, { title: t.title, body, flash: doneFlash(c, t.done) })
})

webhookSettingsPages.post('/admin/settings/webhook', async (c) => {
  const { ctx, language } = c.var
  const form = await readForm(c, z.object({ step: z.enum(['reveal', 'register']) }))
  if (!form.ok) throw new ProblemError('validation_failed')
  if (form.value.step === 'register') {
    const registered = await registerWebhook(ctx, requestOf(c))
    if (!registered.ok) return refuse(c, registered)
    return goTo(c, `${PATH}?done=${registered.value.written ? 'written' : 'same'}`)
  }
  // Noted in the audit log, so it is asked for by a form; there is nothing that repeating it could do twice.
  const read = await readWebhookSettings(ctx, { ...requestOf(c), reveal: true })
  if (!read.ok) return refuse(c, read)
  const settings = renderWebhookSettings(read.value, false)
  const body = <WebhookSettingsPage language={language} settings={settings} revealed={read.value.ownUrl} />
  return show(c, { title: webhookSettingsTexts[language].title, body })
})

function refuse(c: Http, { refusal }: Extract<WebhookSettingsResult, { ok: false }>): Response {
  const { language } = c.var
  const { status, text } = describeProblem(refusal, language)
  const body = <WebhookRefusedPage language={language} refusal={text} />
  return show(c, { title: webhookSettingsTexts[language].title, body, status })
}
