import type { Context as HonoContext } from 'hono'
import type { Child } from 'hono/jsx'
import * as z from 'zod'
import { ACCESS, mayCall } from '../auth/access.ts'
import type { HttpEnv } from '../http.ts'
import {
  describeProblem,
  type Language,
  type ProblemCode,
  type ProblemDetails,
  ProblemError,
} from '../platform/problem.ts'
import { type Flash, Layout } from './layout.tsx'
import { ownPath } from './own-path.ts'
import { ProblemPage } from './problem.page.tsx'
import { problemTexts } from './texts/problem.ts'
import { type Section, shellTexts } from './texts/shell.ts'

type Http = HonoContext<HttpEnv>

export interface Page {
  readonly title: string
  readonly body: Child
  readonly status?: number
  readonly flash?: Flash | undefined
  readonly narrow?: boolean
  readonly refreshSeconds?: number | undefined
}

/** Answers with a page of the panel. */
export function show(c: Http, { title, body, status = 200, flash, narrow, refreshSeconds }: Page): Response {
  // Before anything could be set up, for instance when a setting is missing, there is neither an actor nor a salon.
  const { actor, ctx, language = 'ru' } = c.var as Partial<HttpEnv['Variables']>
  const { pathname, search } = new URL(c.req.url)
  const page = (
    <Layout
      language={language}
      salon={ctx?.config.salonName ?? 'Spa'}
      title={title}
      path={c.req.method === 'GET' ? `${pathname}${search}` : pathname}
      admin={actor?.kind === 'admin' ? actor : undefined}
      sections={SECTIONS.filter((section) => maySee(c, section))}
      flash={flash}
      narrow={narrow}
      refreshSeconds={refreshSeconds}
    >
      {body}
    </Layout>
  )
  return new Response(`<!doctype html>${page}`, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

/** Is there such a page, and may this administrator open it? Links to others are left out. */
export function maySee(c: Http, page: string): boolean {
  const { actor } = c.var as Partial<HttpEnv['Variables']> // see `show`
  return actor !== undefined && mayCall(ACCESS[`GET ${page}`], actor) === 'yes'
}

const SECTIONS = Object.keys(shellTexts.ru.nav) as Section[] // keys of a literal table

/** After something was done: the browser asks for another page, so that reloading it repeats nothing. */
export const goTo = (c: Http, path: string): Response => c.redirect(path, 303)

/** A refusal as a page; who is not signed in is asked to, and comes back afterwards. */
export function showProblem(c: Http, code: ProblemCode, requestId: string, details: ProblemDetails = {}): Response {
  if (code === 'unauthenticated') return goTo(c, `/admin/login?next=${encodeURIComponent(cameFrom(c))}`)
  const { language = 'ru' } = c.var as Partial<HttpEnv['Variables']> // see `show`
  const { status, text } = describeProblem(code, language)
  const { retryAfterSeconds } = details
  const body = (
    <ProblemPage
      language={language}
      text={text}
      code={code}
      requestId={requestId}
      retryAfterSeconds={retryAfterSeconds}
    />
  )
  return show(c, { title: problemTexts[language].title, body, status, narrow: true })
}

/** The page that was asked for, or on which the form stood that was sent. */
function cameFrom(c: Http): string {
  const url = new URL(c.req.url)
  if (c.req.method === 'GET') return ownPath(`${url.pathname}${url.search}`)
  const referer = c.req.header('referer') ?? ''
  const page = URL.canParse(referer) ? new URL(referer) : undefined
  return page?.origin === url.origin ? ownPath(`${page.pathname}${page.search}`) : ownPath(null)
}

/** What was done before this page, named in its address by a word of the page's own table; other words say nothing. */
export function doneFlash(c: Http, texts: Readonly<Record<string, string>>): Flash | undefined {
  const word = c.req.query('done') ?? ''
  const text = Object.hasOwn(texts, word) ? texts[word] : undefined
  return text === undefined ? undefined : { kind: 'good', text }
}

/** A refusal of a verb in words, for showing beside the form that was refused. */
export const inWords = (code: ProblemCode, language: Language): string => describeProblem(code, language).text

export type Typed = Readonly<Record<string, string>>

export type Form<T> =
  | { readonly ok: true; readonly value: T; readonly typed: Typed }
  | { readonly ok: false; readonly wrong: ReadonlySet<string>; readonly typed: Typed }

/** What a form says of itself when nobody has sent it yet. */
export const UNTOUCHED = { wrong: new Set<string>(), typed: {} as Typed }

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i

/**
 * Reads a form that was sent: the values, or which fields are wrong; and what was typed, to be shown again. Of a field that
 * stands there several times the last. Pages send no other kind of body, and what cannot be read as one never came from them.
 */
export async function readForm<T extends z.ZodType>(c: Http, schema: T): Promise<Form<z.infer<T>>> {
  if (!FORM.test(c.req.header('content-type') ?? '')) throw new ProblemError('unsupported_form')
  // Not text(): workerd warns of every body that does not say text/….
  const typed = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer())))
  const read = schema.safeParse(typed)
  if (read.success) return { ok: true, value: read.data, typed }
  return { ok: false, wrong: wrongFields(read), typed }
}

/** The fields of which a schema had something to say. */
export const wrongFields = ({ error }: z.ZodSafeParseResult<unknown>): ReadonlySet<string> =>
  new Set(error?.issues.map(({ path }) => String(path[0])))

/** A whole number as people type it, with spaces between thousands. */
export const typedNumber = z
  .string()
  .transform((text) => text.replace(/\s/g, '').replace('−', '-'))
  .pipe(z.string().regex(/^-?\d{1,9}$/))
  .transform(Number)
