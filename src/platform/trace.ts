import type { Log } from './log.ts'

/**
 * What a chain of work began with. It stands on every log line of the chain, through queues and objects, so that one webhook
 * can be followed to its bonuses by its id.
 */
export interface Trace {
  /** Of a webhook; several where work of several is done at once. */
  readonly event_id?: string | undefined
  /** Of a sync run. */
  readonly run_id?: string | undefined
  /** Of an HTTP request. */
  readonly request_id?: string | undefined
}

const FIELDS = ['event_id', 'run_id', 'request_id'] as const
/** More than these are a crowd in which nobody follows one. */
const MAX_TOLD = 5

/** One trace for work that several ask for together. */
export function joinTraces(traces: readonly Trace[]): Trace {
  const joined: Record<string, string> = {}
  for (const field of FIELDS) {
    const ids = new Set(traces.flatMap((trace) => trace[field]?.split(' ') ?? []))
    if (ids.size > 0) joined[field] = [...ids].slice(0, MAX_TOLD).join(' ')
  }
  return joined
}

/** The same dependencies for work that belongs to this chain, too: each line of its log says so. */
export function traced<C extends { readonly log: Log; readonly trace: Trace }>(ctx: C, trace: Trace): C {
  const all = joinTraces([ctx.trace, trace])
  const log: Log = {
    info: (event, fields) => ctx.log.info(event, { ...all, ...fields }),
    warn: (event, fields) => ctx.log.warn(event, { ...all, ...fields }),
    error: (event, fields) => ctx.log.error(event, { ...all, ...fields }),
  }
  return { ...ctx, trace: all, log }
}
