import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { type Actor, type AdminActor, actorName, type By, type ClientActor } from './auth/actor.ts'
import type { Context } from './context.ts'
import { type Cursor, decodeCursor, encodeCursor } from './platform/cursor.ts'
import { type Language, PROBLEM_CODES, type ProblemCode, ProblemError } from './platform/problem.ts'
import { cleanText } from './platform/text.ts'

/** What every handler finds in its Hono context. */
export interface HttpEnv {
  Bindings: Env
  Variables: { ctx: Context; requestId: string; language: Language; actor: Actor | undefined }
}

/** A set of routes whose refused input becomes one kind of problem: 422 with a list of fields. */
export const newRoutes = () =>
  new OpenAPIHono<HttpEnv>({
    defaultHook: (result) => {
      if (result.success) return
      const errors = result.error.issues.slice(0, 20).map((issue) => ({
        field: issue.path.join('.').slice(0, 100) || '(body)',
        message: issue.message.slice(0, 200),
      }))
      throw new ProblemError('validation_failed', { errors })
    },
  })

/** The client who calls; the access table lets nobody else reach such a route. */
export function clientOf(c: HonoContext<HttpEnv>): ClientActor {
  const actor = c.var.actor
  if (actor?.kind !== 'client') throw new ProblemError('unauthenticated')
  return actor
}

/** The administrator who calls; the access table lets nobody else reach such a route. */
export function adminOf(c: HonoContext<HttpEnv>): AdminActor {
  const actor = c.var.actor
  if (actor?.kind !== 'admin') throw new ProblemError('unauthenticated')
  return actor
}

/** Who does it and in which request, for the audit log. Before anybody has signed in it is nobody in particular. */
export function doneBy(c: HonoContext<HttpEnv>): By {
  const { actor, requestId } = c.var
  const role = actor?.kind === 'admin' ? actor.role : null
  return { actor: actor ? actorName(actor) : 'anonymous', role, requestId }
}

/** Where the request came from; Cloudflare sets the header, nobody else can. Locally there is one caller. */
export const addressOf = (c: HonoContext<HttpEnv>): string => c.req.header('cf-connecting-ip') ?? 'local'

/** Throws what a verb refused; with the time to wait, where waiting helps. */
export function refuse(refused: { readonly refusal: ProblemCode; readonly retryAfterSeconds?: number }): never {
  const { refusal, retryAfterSeconds } = refused
  throw new ProblemError(refusal, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
}

/** How callers prove who they are, for the OpenAPI document. */
export const clientSecurity = [{ bearer: [] }]
export const adminSecurity = [{ bearer: [] }, { adminCookie: [] }]

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    consent: z
      .object({ document: z.literal('personal_data'), version: z.string(), url: z.string().nullable() })
      .optional()
      .openapi({ description: 'With consent_required: what the client has to agree to' }),
  })
  .openapi('Problem')

const problemContent = { 'application/problem+json': { schema: problemSchema } }

/** The refusals of a route, for the OpenAPI document: status → the codes it may carry. Those of access are added to all. */
export const problems = (refusals: Readonly<Record<number, readonly ProblemCode[]>>) =>
  Object.fromEntries(
    Object.entries(refusals).map(([status, codes]) => [
      status,
      { description: codes.join(', '), content: problemContent },
    ]),
  )

export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** Ids and sums beyond this are not ours; SQLite and JSON agree on whole numbers up to here. */
export const idSchema = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)

/** The same in a JSON body, where `true` and [1] are not the number one. */
export const bodyIdSchema = z.int().positive()

export const MAX_PAGE = 50
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(20),
  cursor: z.string().max(64).optional().openapi({ description: 'From the Link header of the page before' }),
})

export const linkHeader = { Link: { description: 'rel="next": the next page', schema: { type: 'string' } } } as const

/** The place a list goes on from; refuses text that no list has given out. */
export function readCursor(cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined
  const place = decodeCursor(cursor)
  if (!place) throw new ProblemError('invalid_cursor')
  return place
}

/** Names the next page in a Link header: the same address with another cursor. */
export function linkNext(c: HonoContext<HttpEnv>, next: Cursor | undefined): void {
  linkCursor(c, next && encodeCursor(next))
}

/** The same with a cursor of another kind. */
export function linkCursor(c: HonoContext<HttpEnv>, cursor: string | undefined): void {
  if (cursor === undefined) return
  const url = new URL(c.req.url)
  url.searchParams.set('cursor', cursor)
  c.header('Link', `<${url.pathname}${url.search}>; rel="next"`)
}

/** What people type in one line, a name or a reason: cleaned, and something has to be left. */
export const cleanField = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .transform((text) => cleanText(text, maxLength) ?? '')
    .pipe(z.string().min(1))
    .openapi({ type: 'string', minLength: 1, maxLength })

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7E]{1,100}$/, '1 to 100 visible ASCII characters')
    .optional()
    .openapi({ description: 'Required. The same key with the same input gives the first answer again.' }),
})

export function requireIdempotencyKey(key: string | undefined): string {
  if (key === undefined) throw new ProblemError('idempotency_key_required')
  return key
}
