import { setCookie } from 'hono/cookie'
import * as z from 'zod'
import { logIn } from '../admin/log-in.ts'
import { logOut } from '../admin/log-out.ts'
import { deviceOf, forgetSession, keepSession } from '../admin/session-cookies.view.ts'
import { addressOf, adminOf, doneBy, newRoutes } from '../http.ts'
import { describeProblem } from '../platform/problem.ts'
import { ownPath } from './own-path.ts'
import { goTo, inWords, readForm, show, UNTOUCHED } from './panel.view.tsx'
import { LANGUAGE_COOKIE } from './panel-headers.view.ts'
import { SignInPage } from './sign-in.page.tsx'
import { signInTexts } from './texts/sign-in.ts'

export const signInPages = newRoutes()

const YEAR_SECONDS = 365 * 24 * 60 * 60

signInPages.get('/admin/login', (c) => {
  const { language } = c.var
  const next = ownPath(c.req.query('next'))
  const body = <SignInPage language={language} next={next} email="" {...UNTOUCHED} />
  return show(c, { title: signInTexts[language].title, body, narrow: true })
})

const credentials = z.object({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1000),
  next: z.string().max(2000).optional(),
})

signInPages.post('/admin/login', async (c) => {
  const { ctx, language, requestId } = c.var
  const form = await readForm(c, credentials)
  const again = (status: number, refusal?: string) => {
    const wrong = form.ok ? UNTOUCHED.wrong : form.wrong
    const { email = '', next } = form.typed
    const body = <SignInPage language={language} next={ownPath(next)} email={email} wrong={wrong} refusal={refusal} />
    return show(c, { title: signInTexts[language].title, body, status, narrow: true })
  }
  if (!form.ok) return again(422)
  const { email, password, next } = form.value
  const deviceToken = deviceOf(c)
  const result = await logIn(ctx, { email, password, kind: 'cookie', deviceToken, address: addressOf(c), requestId })
  if (!result.ok) return again(describeProblem(result.refusal, language).status, inWords(result.refusal, language))
  keepSession(c, result.value)
  return goTo(c, ownPath(next))
})

signInPages.post('/admin/logout', async (c) => {
  const admin = adminOf(c)
  await logOut(c.var.ctx, admin, doneBy(c))
  forgetSession(c)
  // Behind Cloudflare Access the session is kept there.
  return goTo(c, admin.sessionId === undefined ? '/cdn-cgi/access/logout' : '/admin/login')
})

signInPages.post('/admin/language', async (c) => {
  const form = await readForm(c, z.object({ language: z.enum(['ru', 'en']), next: z.string().max(2000).optional() }))
  if (form.ok) {
    const cookie = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', maxAge: YEAR_SECONDS } as const
    setCookie(c, LANGUAGE_COOKIE, form.value.language, cookie)
  }
  return goTo(c, ownPath(form.typed.next))
})
