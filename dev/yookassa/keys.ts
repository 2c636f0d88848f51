import { invalid } from './errors.ts'

const DAY_MS = 86_400_000

interface Answer {
  readonly status: number
  readonly body: string
}

/** Remembers for 24 hours what was answered under an `Idempotence-Key`, refusals as well. */
export function createKeys(now: () => number) {
  const answers = new Map<string, { fingerprint: string; at: number; answer: Promise<Answer> }>()
  return {
    async once(key: string | undefined, fingerprint: string, work: () => Promise<Response>): Promise<Response> {
      if (!key) throw invalid('Is required', 'Idempotence-Key')
      if (key.length > 64) throw invalid('At most 64 characters', 'Idempotence-Key')
      const known = answers.get(key)
      if (known && now() - known.at < DAY_MS) {
        if (known.fingerprint !== fingerprint) throw invalid('The key was used with other data', 'Idempotence-Key')
        return show(await known.answer)
      }
      // Kept before it is there: a repetition may come while the first is still at work.
      const answer = work().then(async (response) => ({ status: response.status, body: await response.text() }))
      answers.set(key, { fingerprint, at: now(), answer })
      return show(await answer)
    },
    clear: () => answers.clear(),
  }
}

export type Keys = ReturnType<typeof createKeys>

const show = ({ status, body }: Answer) =>
  new Response(body, { status, headers: { 'content-type': 'application/json' } })
