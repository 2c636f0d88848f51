import type { Knobs } from './knobs.ts'
import type { Noise } from './noise.ts'
import type { Salon } from './state.ts'
import type { BranchClock } from './time.ts'
import type { Webhooks } from './webhooks.ts'

/** What the rooms share. `salon` is replaced as a whole by a reset. */
export interface Context {
  salon: Salon
  noise: Noise
  readonly knobs: Knobs
  readonly clock: BranchClock
  readonly webhooks: Webhooks
  readonly tokens: { partner: string; user: string }
}

/** Who changes something: the API, people in the salon's own windows, or history that nobody is told about. */
export type Actor = 'api' | 'salon' | 'history'

/** Whether a change by this actor sends webhooks. */
export function isHeard({ knobs, salon }: Context, actor: Actor): boolean {
  if (actor === 'api') return knobs.selfSending && salon.hooks.selfSending
  return actor === 'salon'
}
