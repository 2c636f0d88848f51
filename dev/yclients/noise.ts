export interface Noise {
  /** A number in [0, 1) that depends on the seed and the key only, never on what was drawn before. */
  draw(...key: (string | number)[]): number
  /** True in `percent` of 100 cases. */
  chance(percent: number, ...key: (string | number)[]): boolean
  /** A whole number from `from` up to and including `to`. */
  between(from: number, to: number, ...key: (string | number)[]): number
  pick<T>(items: readonly [T, ...T[]], ...key: (string | number)[]): T
  shuffle<T>(items: readonly T[], ...key: (string | number)[]): T[]
  hex(length: number, ...key: (string | number)[]): string
}

/**
 * Every decision is keyed ("loss of delivery 17", "null client of record 42") instead of taken from one stream, so that
 * turning one knob does not change what the others do, and a record looks equally odd each time it is read.
 */
export function createNoise(seed: number): Noise {
  const draw = (...key: (string | number)[]) => mulberry32(fnv1a(`${seed}/${key.join('/')}`))
  return {
    draw,
    chance: (percent, ...key) => percent > 0 && draw(...key) * 100 < percent,
    between: (from, to, ...key) => from + Math.floor(draw(...key) * (to - from + 1)),
    pick: (items, ...key) => items[Math.floor(draw(...key) * items.length)] ?? items[0],
    shuffle: (items, ...key) =>
      items
        .map((item, index) => ({ item, at: draw(...key, index) }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
    hex(length, ...key) {
      let text = ''
      for (let part = 0; text.length < length; part++) {
        text += Math.floor(draw(...key, part) * 0x1_0000_0000)
          .toString(16)
          .padStart(8, '0')
      }
      return text.slice(0, length)
    },
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** One step of mulberry32: turns near-by hashes into well spread numbers. */
function mulberry32(seed: number): number {
  const a = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(a ^ (a >>> 15), 1 | a)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
}
