import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Salon } from './state.ts'

/** Maps have no JSON of their own. */
const MAP = '$map'

/** Keeps the salon for the next run. */
export function saveSalon(file: string, salon: Salon): void {
  const text = JSON.stringify(salon, (_key, value: unknown) => (value instanceof Map ? { [MAP]: [...value] } : value))
  writeFileSync(file, text)
}

/** Turns `salon` into the one that was saved, if one was. Where webhooks go is decided anew at each start. */
export function restoreSalon(file: string, salon: Salon): void {
  if (!existsSync(file)) return
  const saved: unknown = JSON.parse(readFileSync(file, 'utf8'), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && MAP in value && Array.isArray(value[MAP])
      ? new Map(value[MAP])
      : value,
  )
  // Written by saveSalon.
  const { hooks: _, ...rest } = saved as Salon
  Object.assign(salon, rest)
}
