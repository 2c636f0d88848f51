import { Hono } from 'hono'
import { html } from 'hono/html'
import { CARDS } from './cards.ts'
import type { Context } from './context.ts'
import { ApiError } from './errors.ts'
import { rubles } from './money.ts'
import { findPayment, pay, tick } from './payments.ts'
import type { Payment } from './state.ts'

const POLICY = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" }

/** `/pay/{id}`: where the client pays. The number of the card decides what happens; nothing else is asked. */
export function payPage(ctx: Context): Hono {
  const app = new Hono().basePath('/pay')
  app.get('/:id', (c) => {
    tick(ctx)
    return c.html(page(findPayment(ctx, c.req.param('id'))), 200, POLICY)
  })
  app.post('/:id', async (c) => {
    const { card } = await c.req.parseBody()
    const payment = pay(ctx, c.req.param('id'), typeof card === 'string' ? card : '')
    return payment.status === 'canceled' ? c.html(page(payment), 402, POLICY) : c.redirect(payment.returnUrl, 303)
  })
  app.onError((error, c) => {
    if (!(error instanceof ApiError)) throw error
    return c.html(shell(html`<p>${error.message}</p>`), error.status === 404 ? 404 : 422, POLICY)
  })
  return app
}

const page = (payment: Payment) =>
  shell(html`<p>${payment.description ?? ''}</p><p><strong>${rubles(payment.kopecks).value} ₽</strong></p>
${payment.status === 'pending' ? form : html`<p>${STATES[payment.status]} ${payment.cancellation?.reason ?? ''}</p>`}
<p><a href="${payment.returnUrl}">Вернуться в салон · Back to the salon</a></p>`)

const STATES: Readonly<Record<Payment['status'], string>> = {
  pending: '',
  waiting_for_capture: 'Оплачено · Paid',
  succeeded: 'Оплачено · Paid',
  canceled: 'Отменено · Cancelled:',
}

const form = html`<form method="post"><p><label for="card">Карта · Card (sbp = СБП)</label><br>
<input id="card" name="card" list="cards" value="${CARDS.good}" inputmode="numeric" autocomplete="off"></p>
<datalist id="cards">${Object.entries(CARDS).map(([name, card]) => html`<option value="${card}">${name}</option>`)}</datalist>
<p><button>Заплатить · Pay</button></p></form>`

const shell = (content: ReturnType<typeof html>) => html`<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Оплата · Payment</title><style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 2rem auto; padding: 0 1rem; }
input, button { font: inherit; padding: .5rem; }
</style></head><body><h1>Оплата · Payment</h1>${content}</body></html>`
