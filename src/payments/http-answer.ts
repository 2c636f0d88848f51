/** What a provider answered over HTTP. */
export interface HttpAnswer {
  readonly status: number
  /** Undefined if it was not JSON. */
  readonly body: unknown
}

/** Long enough for nearly every bank, and a client still waits for it. */
const PATIENCE_MS = 15_000

/** One call. Undefined = no answer in time, or none at all. */
export async function askProvider(
  fetcher: typeof fetch,
  url: string,
  request: { readonly method: 'GET' | 'POST'; readonly headers: Record<string, string>; readonly body?: string },
): Promise<HttpAnswer | undefined> {
  try {
    // A redirect would carry the secret along.
    const response = await fetcher(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
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
