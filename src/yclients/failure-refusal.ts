import type { YclientsFailure } from './call.ts'

/** Why somebody who asked for something gets nothing from YClients. */
export interface RefusedByYclients {
  readonly ok: false
  readonly refusal: 'yclients_refused' | 'yclients_unavailable'
  readonly retryAfterSeconds?: number
}

/** A failure for somebody who waits: rights, which a person has to mend, or trouble that passes. Pure. */
export function refusalOf(failure: YclientsFailure): RefusedByYclients {
  switch (failure.kind) {
    case 'rate_limited':
      return { ok: false, refusal: 'yclients_unavailable', retryAfterSeconds: failure.retryAfterSeconds }
    case 'unavailable':
      return { ok: false, refusal: 'yclients_unavailable' }
    case 'refused':
    case 'not_found':
    case 'busy':
    case 'rejected':
      return { ok: false, refusal: 'yclients_refused' }
  }
}
