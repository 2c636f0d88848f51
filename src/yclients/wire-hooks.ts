import * as z from 'zod'
import { wireFlag } from './wire.ts'

/**
 * Where YClients sends its events, and which. Kept whole, because what is left out of a write is lost; an address list that
 * cannot be read fails, because to write over it would cut another integration off.
 */
export const wireHookSettings = z.looseObject({
  urls: z.array(z.string().max(2000)).max(50).nullish(),
  /** Until 2020 there was one. */
  url: z.string().max(2000).nullish(),
  active: wireFlag.nullish().catch(undefined),
  /** Whether changes made through the API send events too. */
  self_sending: wireFlag.nullish().catch(undefined),
})
export type WireHookSettings = z.output<typeof wireHookSettings>
