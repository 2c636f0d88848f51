import * as z from 'zod'

export interface Call<T> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** The status that is right, or several; 200 by default. */
  readonly expect?: number | readonly number[]
  readonly schema: z.ZodType<T>
}

export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** For answers whose body does not matter. */
export const anything = z.unknown()

const TIMEOUT_MS = 30_000
const SHOWN = 300

/** One HTTP call with JSON in both directions. Another status or shape than expected is an error that tells what came. */
export async function callJson<T>(url: string, call: Call<T>): Promise<Answer<T>> {
  const { method = 'GET', headers = {}, body, expect = 200, schema } = call
  const what = `${method} ${new URL(url).pathname}`
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${what}: no answer`, { cause: error })
  })
  const text = await response.text()
  const right = typeof expect === 'number' ? [expect] : expect
  if (!right.includes(response.status)) {
    throw new Error(`${what}: ${response.status} instead of ${right.join(' or ')}: ${text.slice(0, SHOWN)}`)
  }
  const parsed = schema.safeParse(text === '' ? undefined : parseJson(text))
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.')
    throw new Error(`${what}: unexpected answer${path ? ` (${path})` : ''}: ${text.slice(0, SHOWN)}`)
  }
  return { status: response.status, headers: response.headers, body: parsed.data }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
