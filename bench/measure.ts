import { Agent, type ClientRequest, request } from 'node:http'

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** What the work gave, and the seconds it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now()
  const value = await work()
  return { value, seconds: (performance.now() - start) / 1000 }
}

export async function until(what: string, isSo: () => Promise<boolean>, limitMs = 120_000): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await isSo()); ) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export interface Shot {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Load {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The same request over and over on so many kept-alive connections. An answer outside 2xx ends the measurement. */
export async function hammer(shot: Shot, { concurrency, ms }: { concurrency: number; ms: number }): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const latencies: number[] = []
  const start = performance.now()
  const lane = async () => {
    while (performance.now() - start < ms) {
      const sentAt = performance.now()
      await fire(shot, agent)
      latencies.push(performance.now() - sentAt)
    }
  }
  try {
    await Promise.all(Array.from({ length: concurrency }, lane))
  } finally {
    agent.destroy()
  }
  const seconds = (performance.now() - start) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  return { perSecond: latencies.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}

function fire({ url, method, headers, body }: Shot, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(url, { method, agent, headers: { ...headers } }, (response) => {
      const status = response.statusCode ?? 0
      response.on('error', reject)
      response.on('end', () => (status >= 200 && status < 300 ? resolve() : reject(new Error(`answered ${status}`))))
      response.resume()
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
