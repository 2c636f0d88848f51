import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { checkCode } from '../auth/check-code.ts'
import { requestCode } from '../auth/request-code.ts'
import { addressOf, doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode } from '../platform/problem.ts'
import { type Contact, readContact } from '../users/contact.ts'
import { createUser } from '../users/create-user.ts'
import { findUsers } from '../users/find-users.ts'
import { backWith, ClientCodePage, ContactPage } from './new-client.page.tsx'
import { ownPath } from './own-path.ts'
import { goTo, readForm, show, type Typed, UNTOUCHED } from './panel.view.tsx'
import { newClientTexts } from './texts/new-client.ts'

export const newClientPages = newRoutes()
type Http = HonoContext<HttpEnv>

const PATH = '/admin/clients/new'

newClientPages.get(PATH, (c) => {
  const { contact = '', name = '', back } = c.req.query()
  return askContact(c, { contact, name, back: safeBack(back) })
})

/** Nowhere, or a page of the panel. */
const safeBack = (typed: string | undefined): string => (typed === undefined || typed === '' ? '' : ownPath(typed))

const contactOf = (typed: string): Contact | undefined =>
  readContact(typed.includes('@') ? { email: typed } : { phone: typed })

interface Again {
  readonly status?: number
  readonly wrong?: ReadonlySet<string>
  readonly refusal?: string
}

function askContact(c: Http, typed: Typed, { status = 200, wrong = UNTOUCHED.wrong, refusal }: Again = {}): Response {
  const { language } = c.var
  const body = <ContactPage language={language} typed={typed} wrong={wrong} refusal={refusal} />
  return show(c, { title: newClientTexts[language].title, body, status, narrow: true })
}

interface Sent {
  readonly contact: Contact
  readonly challenge: string
}

function askCode(c: Http, { contact, challenge }: Sent, typed: Typed, again: Again & { codeError?: string } = {}) {
  const { ctx, language } = c.var
  const body = (
    <ClientCodePage
      language={language}
      contact={contact.value}
      challenge={challenge}
      consent={ctx.config.consent}
      typed={typed}
      wrong={again.wrong ?? UNTOUCHED.wrong}
      refusal={again.refusal}
      codeError={again.codeError}
    />
  )
  return show(c, { title: newClientTexts[language].title, body, status: again.status ?? 200, narrow: true })
}

const fields = z.object({
  contact: z.string().trim().min(1).max(254),
  challenge: z.string().max(100).default(''),
  back: z.string().max(2000).default(''),
  step: z.enum(['send', 'create']).default('send'),
})

newClientPages.post(PATH, async (c) => {
  const form = await readForm(c, fields)
  const typed = { ...form.typed, back: safeBack(form.typed.back) }
  const contact = form.ok ? contactOf(form.value.contact) : undefined
  if (!form.ok || !contact) return askContact(c, typed, { status: 422, wrong: new Set(['contact']) })
  const sent = { contact, challenge: form.value.challenge }
  return form.value.step === 'send' ? await sendCode(c, sent, typed) : await register(c, sent, typed)
})

async function sendCode(c: Http, { contact, challenge: earlier }: Sent, typed: Typed): Promise<Response> {
  const { ctx, language } = c.var
  // The desk finds clients by their contacts anyway, so this tells nothing new, and saves the message.
  const [owner] = await findUsers(ctx, contact.value, { afterId: 0, limit: 1 })
  if (owner) {
    const body = <ContactPage language={language} typed={typed} wrong={UNTOUCHED.wrong} owner={owner} />
    return show(c, { title: newClientTexts[language].title, body, status: 409, narrow: true })
  }
  const sent = await requestCode(ctx, { contact, purpose: 'contact', address: addressOf(c), language })
  if (sent.ok) return askCode(c, { contact, challenge: sent.value.challenge }, { ...typed, code: '' })
  const again = inRefusal(c, sent)
  // The code that was sent before is still good.
  return earlier === '' ? askContact(c, typed, again) : askCode(c, { contact, challenge: earlier }, typed, again)
}

function inRefusal(c: Http, refused: { refusal: ProblemCode; retryAfterSeconds?: number }) {
  const { status, text } = describeProblem(refused.refusal, c.var.language)
  const { retryAfterSeconds: seconds } = refused
  return { status, refusal: seconds === undefined ? text : newClientTexts[c.var.language].wait(text, seconds) }
}

const person = z.object({
  code: z
    .string()
    .transform((code) => code.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/)),
  name: z.string().trim().min(1).max(100),
  surname: z.string().trim().max(100).default(''),
  consent: z.enum(['true']).optional(),
})

async function register(c: Http, sent: Sent, typed: Typed): Promise<Response> {
  const { ctx } = c.var
  const read = await readForm(c, person)
  if (!read.ok) return askCode(c, sent, typed, { status: 422, wrong: read.wrong })
  const { code, name, surname, consent } = read.value
  const { contact, challenge } = sent
  const guess = { contact, code, challenge: challenge === '' ? undefined : challenge, address: addressOf(c) }
  const checked = await checkCode(ctx, guess)
  if (!checked.ok) {
    const { status, refusal } = inRefusal(c, checked)
    const isOfCode = checked.refusal !== 'too_many_requests'
    return askCode(c, sent, typed, isOfCode ? { status, codeError: refusal } : { status, refusal })
  }
  const client = { name, surname, contact, code: checked.value, consentSigned: consent === 'true' }
  const created = await createUser(ctx, client, doneBy(c))
  if (!created.ok) {
    if (created.refusal === 'validation_failed')
      return askCode(c, sent, typed, { status: 422, wrong: new Set(['name']) })
    return askCode(c, sent, typed, inRefusal(c, created))
  }
  const { userId } = created.value
  const { back = '' } = typed
  return goTo(c, back === '' ? `/admin/clients/${userId}?done=registered` : backWith(back, userId))
}
