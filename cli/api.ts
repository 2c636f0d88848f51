import * as z from 'zod'
import { isLocal } from '../dev/local/address.ts'
import { CliError, EXIT } from './exit.ts'
import type { Language } from './language.ts'
import type { Texts } from './texts.ts'

export interface Call<T> {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below /api/v1. */
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Before anybody has signed in. */
  readonly anonymous?: boolean
  readonly schema: z.ZodType<T>
}

export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

const problem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problem>

/** What the Worker refused; a command may know more about it than its text says. */
export class Refused extends CliError {
  readonly status: number
  readonly problem: Problem
  constructor(status: number, of: Problem, message: string) {
    super(status === 401 ? EXIT.unreachable : EXIT.wrong, message)
    this.status = status
    this.problem = of
  }
}

const TIMEOUT_MS = 60_000

/** Speaks to the Worker's API. `token` is asked for when it is first needed; undefined: nobody is signed in. */
export interface Api {
  readonly url: URL
  call<T>(call: Call<T>): Promise<Answer<T>>
  /** The raw answer of a long download; refusals are thrown all the same. */
  download(path: string): Promise<Response>
}

export function createApi(url: URL, token: () => Promise<string | undefined>, language: Language, t: Texts): Api {
  async function send(call: Omit<Call<unknown>, 'schema'>): Promise<Response> {
    // Without encryption anybody on the way could read the token.
    if (url.protocol !== 'https:' && !isLocal(url)) throw new CliError(EXIT.usage, t.notEncrypted)
    const { method = 'GET', body, headers, timeoutMs = TIMEOUT_MS } = call
    const bearer = call.anonymous ? undefined : await token()
    if (bearer === undefined && !call.anonymous) throw new CliError(EXIT.unreachable, t.logInFirst)
    try {
      return await fetch(new URL(`/api/v1${call.path}`, url), {
        method,
        headers: {
          accept: 'application/json',
          'accept-language': language,
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // A redirect would carry the token elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (error) {
      const isSlow = error instanceof DOMException && error.name === 'TimeoutError'
      throw new CliError(EXIT.unreachable, isSlow ? t.tooSlow(url.origin) : t.noAnswer(url.origin))
    }
  }

  async function refuse(response: Response): Promise<never> {
    const refused = problem.safeParse(await response.json().catch(() => undefined))
    if (!refused.success) throw new CliError(EXIT.unreachable, t.unexpected(response.status))
    const { code, detail, errors = [] } = refused.data
    const lines = [
      `${detail} (${code})`,
      ...errors.map(({ field, message }) => `  ${field}: ${message}`),
      ...(response.status === 401 && code === 'unauthenticated' ? [t.logInFirst] : []),
    ]
    throw new Refused(response.status, refused.data, lines.join('\n'))
  }

  return {
    url,
    async call({ schema, ...call }) {
      const response = await send(call)
      if (!response.ok) return await refuse(response)
      const text = await response.text().catch(() => undefined)
      const body = schema.safeParse(text === undefined || text === '' ? undefined : parseJson(text))
      if (!body.success) throw new CliError(EXIT.unreachable, t.unexpected(response.status))
      return { status: response.status, headers: response.headers, body: body.data }
    },
    async download(path) {
      const response = await send({ path, timeoutMs: 10 * TIMEOUT_MS })
      return response.ok ? response : await refuse(response)
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
