import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Lines with the hashes that they should have. */
function chained(objects: readonly object[]): string[] {
  const lines: string[] = []
  for (const object of objects)
    lines.push(JSON.stringify({ prev: lines.length ? sha256(lines.at(-1) ?? '') : null, ...object }))
  return lines
}

const BEGINNING = { format: 'spa-ledger/2', salon: 'Лотос', created_at: '2026-09-15T12:00:00+03:00', until: 9 }
const ENTRIES = [
  { id: 1, client: 1, points: 100, balance: 100, counterpart: null },
  { id: 2, client: 2, points: 154, balance: 154, counterpart: null },
  { id: 3, client: 1, points: -40, balance: 60, counterpart: null },
  { id: 5, client: 2, points: 60, balance: 214, counterpart: 1 },
  { id: 6, client: 1, points: -60, balance: 0, counterpart: 2 },
]
const END = { end: true, entries: 5, points: 214, clients: 2 }
const GOOD = chained([BEGINNING, ...ENTRIES, END])

/** What the script says of these lines, and its exit code. */
function check(lines: readonly string[]): Promise<{ code: number; said: string }> {
  const file = join(folder, 'ledger.ndjson')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return run([file])
}

const run = (args: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['scripts/check-ledger.mjs', ...args], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    )
  })

describe('the script that checks an exported ledger', () => {
  test('has less than fifty lines and needs nothing but Node', () => {
    const source = readFileSync('scripts/check-ledger.mjs', 'utf8')
    expect(source.trimEnd().split('\n').length).toBeLessThan(50)
    expect([...source.matchAll(/from '([^']+)'/g)].every(([, from]) => from?.startsWith('node:'))).toBe(true)
  })

  test('says in one line that a ledger is whole, and what its last hash is', async () => {
    const hash = sha256(GOOD.at(-1) ?? '')
    const said = `OK Лотос 2026-09-15T12:00:00+03:00: 5 entries, 2 clients, 214 points, ${hash}\n`
    expect(await check(GOOD)).toEqual({ code: 0, said })
  })

  test('takes files of the first format, too', async () => {
    const lines = chained([{ ...BEGINNING, format: 'spa-ledger/1' }, ...ENTRIES, END])
    expect(await check(lines)).toMatchObject({ code: 0 })
  })

  test('lets what was put aside come back once, and as much as it was', async () => {
    const hold = { id: 1, client: 1, kind: 'hold', points: -40, balance: -40, counterpart: null, resolves: null }
    const back = { ...hold, id: 2, client: 2, kind: 'release', points: 40, balance: 40, resolves: 1 }
    const end = { ...END, entries: 2, points: 0 }
    expect(await check(chained([BEGINNING, hold, back, end]))).toMatchObject({ code: 0 })
    for (const wrong of [
      [hold, { ...back, points: 41, balance: 41 }],
      [hold, { ...back, resolves: 3 }],
      [hold, back, { ...back, id: 3, balance: 80 }],
    ]) {
      expect(await check(chained([BEGINNING, ...wrong, end]))).toMatchObject({
        code: 1,
        said: expect.stringContaining('not put aside'),
      })
    }
  })

  test('notices when any line is changed, removed, doubled or put elsewhere', async () => {
    for (const [index, line] of GOOD.entries()) {
      const changed = line.replace(/\d/, (digit) => String((Number(digit) + 1) % 10))
      const variants: [string, string[]][] = [
        ['changed', GOOD.with(index, changed)],
        ['removed', GOOD.toSpliced(index, 1)],
        ['doubled', GOOD.toSpliced(index, 0, line)],
        ['swapped', GOOD.with(index, GOOD.at(index - 1) ?? '').with(index - 1, line)],
      ]
      for (const [what, lines] of variants) {
        const { code, said } = await check(lines)
        expect({ index, what, code, said }).toEqual({
          index,
          what,
          code: 1,
          said: expect.stringMatching(/^WRONG: line \d+ /),
        })
      }
    }
  }, 60_000)

  test.each<[string, string[], RegExp]>([
    [
      'a balance that does not go on',
      chained([BEGINNING, ...ENTRIES.with(2, { ...ENTRIES[2], balance: 61 } as never), END]),
      /line 4 .*balance of client 1/,
    ],
    [
      'points that are no whole number',
      chained([BEGINNING, { ...ENTRIES[0], points: 0.5, balance: 0.5 }, END]),
      /line 2/,
    ],
    [
      'entries out of order',
      chained([BEGINNING, { ...ENTRIES[0], id: 2 }, { ...ENTRIES[1], id: 1 }, END]),
      /line 3 .*out of order/,
    ],
    [
      'an entry beyond the end of the export',
      chained([BEGINNING, { ...ENTRIES[0], id: 10 }, END]),
      /line 2 .*out of order/,
    ],
    ['other totals', chained([BEGINNING, ...ENTRIES, { ...END, points: 215 }]), /other totals/],
    [
      'points that moved to nobody',
      chained([BEGINNING, ...ENTRIES.slice(0, 4), { ...END, entries: 4, points: 274 }]),
      /clients 1 and 2/,
    ],
    ['no end', GOOD.slice(0, -1), /the end is missing/],
    ['a rest after the end', [...GOOD, JSON.stringify({ prev: sha256(GOOD.at(-1) ?? '') })], /after the end/],
    ['another format', chained([{ ...BEGINNING, format: 'other' }, END]), /not the beginning/],
    ['no JSON', ['ledger'], /line 1/],
    ['nothing in it', [], /the end is missing/],
  ])('refuses a file with %s although its hashes fit', async (_, lines, said) => {
    const checked = await check(lines)
    expect(checked.said).toMatch(said)
    expect(checked.code).toBe(1)
  })

  test('refuses to say anything good of a file that is not there', async () => {
    expect((await run(['no-such-file'])).code).toBe(1)
    expect((await run([])).code).toBe(1)
  })
})
