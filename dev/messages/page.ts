import { html } from 'hono/html'
import type { CaughtMessage } from './context.ts'

/** The last messages for eyes. `html` escapes everything that is put in. */
export const page = (messages: readonly CaughtMessage[]) => html`<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Сообщения · Messages</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid #ccc; border-radius: 8px; padding: .5rem 1rem; margin: 1rem 0; }
header { color: #666; font-size: .875rem; } h2 { font-size: 1rem; margin: .5rem 0 0; }
p, pre { margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
</style></head><body>
<h1>Сообщения · Messages</h1>
${messages.length === 0 ? html`<p>Пока пусто · Nothing yet</p>` : messages.map(article)}
</body></html>`

const article = (message: CaughtMessage) => html`<article>
<header>${new Date(message.at).toISOString()} · ${message.channel}${message.test ? ' · test' : ''} ·
${message.from || '—'} → ${message.to}</header>
${message.subject && html`<h2>${message.subject}</h2>`}<p>${message.text}</p>${links(message)}${details(message)}</article>
`

const links = ({ id, html: mail, calendar }: CaughtMessage) =>
  html`${mail && html`<a href="/messages/${id}/html">HTML</a> `}${
    calendar && html`<a href="/messages/${id}/visit.ics">visit.ics</a>`
  }`

/** What nobody sees and programs read. */
const details = ({ calendar, headers, data }: CaughtMessage) => {
  const hidden = [calendar, headers && JSON.stringify(headers, null, 1), data && JSON.stringify(data, null, 1)]
  const text = hidden.filter((part) => part !== undefined).join('\n')
  return text && html`<details><summary>…</summary><pre>${text}</pre></details>`
}
