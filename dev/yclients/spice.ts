import type { Context } from './context.ts'
import type { Json, JsonObject } from './json.ts'

/** `1300` as old answers write it: `"1300.00"`. */
export const rubles = (value: number) => value.toFixed(2)

/** The noise that may befall any object: ids as strings, undocumented keys, another key order. */
export function spice(
  { knobs, noise }: Context,
  view: JsonObject,
  ids: readonly string[],
  kind: string,
  id: number,
): JsonObject {
  let spiced = view
  if (noise.chance(knobs.stringNumbersPercent, 'strings', kind, id)) {
    const texts = ids.map((key): [string, Json] => [key, String(view[key])])
    spiced = { ...spiced, ...Object.fromEntries(texts) }
  }
  if (noise.chance(knobs.extraKeysPercent, 'extra keys', kind, id)) {
    spiced = { ...spiced, [`x_${noise.hex(6, 'extra key', kind, id)}`]: { since: '2026', values: [1, null] } }
  }
  if (noise.chance(knobs.shuffledKeysPercent, 'shuffled keys', kind, id)) {
    spiced = Object.fromEntries(noise.shuffle(Object.entries(spiced), 'key order', kind, id))
  }
  return spiced
}

/** A body from which its sender left about half of the fields out; never the id. */
export function trim({ noise }: Context, view: JsonObject, eventNumber: number): JsonObject {
  return Object.fromEntries(
    Object.entries(view).filter(([key]) => key === 'id' || noise.chance(50, 'partial', eventNumber, key)),
  )
}
