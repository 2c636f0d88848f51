import { BUCKETS_MS, type Counted, FAMILIES, type Family } from '../platform/metrics.ts'

/** A value as it is now. */
export interface Gauge {
  readonly name: string
  readonly help: string
  readonly value: number
}

/** The text format of Prometheus, version 0.0.4. Pure. */
export function writeExposition(counted: readonly Counted[], gauges: readonly Gauge[]): string {
  const values = new Map(counted.map(({ name, labels, value }) => [`${name}{${labels}}`, value]))
  const lines: string[] = []
  for (const family of Object.keys(FAMILIES) as Family[]) {
    const [type, help] = FAMILIES[family]
    const samples = isHistogram(family) ? histogram(family, values) : counterOf(family, counted)
    if (samples.length > 0) lines.push(`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`, ...samples)
  }
  for (const { name, help, value } of gauges) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

const isHistogram = (family: Family): family is keyof typeof BUCKETS_MS => family in BUCKETS_MS

const counterOf = (family: Family, counted: readonly Counted[]): string[] =>
  counted
    .filter(({ name }) => name === family)
    .map(({ labels, value }) => `${family}${labels === '' ? '' : `{${labels}}`} ${value}`)

/** Stored are the observations of each bucket by itself, and milliseconds; shown is what Prometheus expects. */
function histogram(family: keyof typeof BUCKETS_MS, values: ReadonlyMap<string, number>): string[] {
  const count = values.get(`${family}_count{}`)
  if (count === undefined) return []
  const lines: string[] = []
  let upTo = 0
  for (const bound of [...BUCKETS_MS[family].map((ms) => String(ms / 1000)), '+Inf']) {
    upTo += values.get(`${family}_bucket{le="${bound}"}`) ?? 0
    lines.push(`${family}_bucket{le="${bound}"} ${upTo}`)
  }
  return [...lines, `${family}_sum ${(values.get(`${family}_sum{}`) ?? 0) / 1000}`, `${family}_count ${count}`]
}
