import type { Noise } from '../yclients/noise.ts'
import type { Knobs } from './knobs.ts'
import type { Notifications } from './notifications.ts'
import type { Till } from './state.ts'
import type { Names } from './views.ts'

/** What the parts of the shop share. `till` and `noise` are replaced as a whole by a reset. */
export interface Context {
  till: Till
  noise: Noise
  readonly knobs: Knobs
  readonly names: Names
  readonly keys: { readonly shopId: string; readonly secretKey: string }
  readonly notifications: Notifications
  now(): number
  newId(kind: string): string
}
