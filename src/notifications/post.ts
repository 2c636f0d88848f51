import type { Context } from '../context.ts'

export interface HttpAnswer {
  readonly status: number
  /** Undefined if it is not JSON, whatever it calls itself. */
  readonly body: unknown
}

/** Somebody may be waiting for the answer in front of a sign-in form. */
export const PATIENCE_MS = 4_000

/** One POST to a provider. Undefined = no answer in time, or none at all. */
export async function post(
  ctx: Context,
  url: string,
  request: { headers?: Record<string, string>; body: string | URLSearchParams },
): Promise<HttpAnswer | undefined> {
  try {
    const response = await ctx.fetch(url, { method: 'POST', ...request, signal: AbortSignal.timeout(PATIENCE_MS) })
    return { status: response.status, body: parse(await response.text()) }
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
