export interface Family {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly value: number
  }[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\[\\\\n"])*)"'
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`)

/**
 * Reads the text format of Prometheus, version 0.0.4, and refuses whatever the format does not allow: samples outside of their
 * family, a family twice, a sample twice, counters that are negative or not called so, histograms that do not add up.
 */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>()
  const fail = (line: string, why: string): never => {
    throw new Error(`${why}: ${line}`)
  }
  if (!text.endsWith('\n') || text.includes('\r')) fail(text.slice(-20), 'lines end with \\n, also the last')
  const lines = text.slice(0, -1).split('\n')
  const seen = new Set<string>()
  let open: { name: string; family: Family } | undefined
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const help = new RegExp(`^# HELP (${NAME}) (\\S.*)$`).exec(line)
    if (help) {
      const [, name = '', words = ''] = help
      const type = new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`).exec(lines[++index] ?? '')?.[1]
      if (type !== 'counter' && type !== 'gauge' && type !== 'histogram') return fail(line, 'no type after the help')
      if (families.has(name)) fail(line, 'the family comes twice')
      if (type === 'counter' && !name.endsWith('_total')) fail(line, 'a counter ends with _total')
      open = { name, family: { type, help: words, samples: [] } }
      families.set(name, open.family)
      continue
    }
    const sample = SAMPLE.exec(line)
    if (!sample) return fail(line, 'not a sample')
    if (!open) return fail(line, 'a sample outside of a family')
    const [, name = '', labelText = ''] = sample
    const value = Number(sample.at(-1))
    const suffix = open.family.type === 'histogram' ? /_(bucket|sum|count)$/ : /$^/
    if (name.replace(suffix, '') !== open.name) fail(line, `not of ${open.name}`)
    if (seen.has(`${name}{${labelText}}`)) fail(line, 'the sample comes twice')
    seen.add(`${name}{${labelText}}`)
    const labels = Object.fromEntries(
      [...labelText.matchAll(new RegExp(LABEL, 'g'))].map(([, key, said]) => [key, said]),
    )
    if (open.family.type === 'counter' && value < 0) fail(line, 'a negative counter')
    open.family.samples.push({ name, labels, value })
  }
  for (const [name, { type, samples }] of families) {
    if (samples.length === 0) fail(name, 'a family without samples')
    if (type === 'histogram') checkHistogram(name, samples)
  }
  return families
}

function checkHistogram(name: string, samples: Family['samples']): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`)
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value
  const sum = samples.find((sample) => sample.name === `${name}_sum`)?.value
  const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)))
  const rises = (values: readonly number[]) => values.every((value, index) => value >= (values[index - 1] ?? 0))
  const isSound =
    sum !== undefined &&
    count !== undefined &&
    bounds.at(-1) === Number.POSITIVE_INFINITY &&
    new Set(bounds).size === bounds.length &&
    rises(bounds) &&
    rises(buckets.map(({ value }) => value)) &&
    buckets.at(-1)?.value === count
  if (!isSound) throw new Error(`the histogram ${name} does not add up`)
}
