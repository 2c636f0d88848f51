import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/platform/hash.ts'
import { addBooking, addUser, giveBonuses, rows } from '../support/salon.ts'
import { ADMIN, MANAGER, startWorld, type World } from '../support/world.ts'

/** The file, page by page; `between` happens after each page. */
async function exportAll(world: World, limit: number, between: () => Promise<unknown> = async () => undefined) {
  let text = ''
  let pages = 0
  for (let path: string | undefined = `/api/v1/admin/ledger/export?limit=${limit}`; path; ) {
    const answer = await world.call('GET', path, { as: ADMIN })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('text/plain')
    text += await answer.text()
    pages++
    path = /<(.+)>/.exec(answer.headers.get('link') ?? '')?.[1]
    await between()
  }
  const lines = text.trimEnd().split('\n')
  return { text, lines: lines.map((line) => JSON.parse(line)), raw: lines, pages }
}

async function startWithEntries() {
  const world = startWorld()
  const [anna, boris] = [await addUser({ name: 'Анна' }), await addUser({ name: 'Борис', code: 'ABC12345' })]
  await giveBonuses(anna, 100)
  await addBooking({ userId: boris, status: 'completed', priceKopecks: 514_750 })
  await world.ctx.ledgerOf(boris).settle()
  await giveBonuses(anna, -40)
  return { world, anna, boris }
}

test.each([1, 2, 3, 100])('the ledger is one chain of lines, whether a page holds %i entries or all', async (limit) => {
  const { world, anna, boris } = await startWithEntries()
  const { lines, raw, pages } = await exportAll(world, limit)
  expect(pages).toBe(Math.floor(3 / limit) + 1)
  expect(lines).toMatchObject([
    { prev: null, format: 'spa-ledger/2', salon: 'Лотос', created_at: '2026-09-15T12:00:00+03:00', until: 3 },
    { id: 1, client: anna, booking: null, kind: 'adjustment', points: 100, balance: 100, counterpart: null },
    {
      id: 2,
      client: boris,
      booking: 1,
      kind: 'accrual',
      points: 154,
      price_kopecks: 514_750,
      percent_bp: 300,
      level: 'bronze',
    },
    { id: 3, client: anna, points: -40, balance: 60 },
    { end: true, entries: 3, points: 214, clients: 2 },
  ])
  for (const [index, { prev }] of lines.entries()) {
    expect(prev).toBe(index === 0 ? null : await sha256Hex(raw[index - 1] ?? ''))
  }
  const [, finished] = await rows<{ details: string }>(
    "select details from audit_log where action glob 'ledger.export*' order by id",
  )
  expect(JSON.parse(finished?.details ?? '')).toEqual({
    after: { entries: 3, points: 214, sha256: await sha256Hex(raw.at(-1) ?? '') },
  })
})

test('all pages show the ledger at the moment of the first, whatever is written meanwhile', async () => {
  const { world, anna } = await startWithEntries()
  const { lines } = await exportAll(world, 1, () => giveBonuses(anna, 7))
  expect(lines.at(-1)).toMatchObject({ entries: 3, points: 214 })
})

test('an empty ledger has a beginning and an end', async () => {
  const { lines } = await exportAll(startWorld(), 10)
  expect(lines).toMatchObject([{ until: 0 }, { end: true, entries: 0, points: 0, clients: 0 }])
})

test('names nobody: neither reasons nor who wrote an entry', async () => {
  const { world } = await startWithEntries()
  await world.call('POST', '/api/v1/admin/bonuses/adjust', {
    as: MANAGER,
    headers: { 'idempotency-key': 'k' },
    body: { code: 'ABC12345', amount: 5, reason: 'Извинение Борису Примерову' },
  })
  const { text } = await exportAll(world, 100)
  expect(text).toContain('"points":5')
  expect(text).not.toMatch(/Извинение|Примеров|Борис|ABC12345|admin/)
})

test.each([
  ['another place', (cursor: string) => cursor.replace(/^1\./, '2.')],
  ['another hash', (cursor: string) => cursor.replace(/\.[0-9a-f]{64}\./, `.${'0'.repeat(64)}.`)],
  ['another signature', (cursor: string) => cursor.slice(0, -1) + (cursor.endsWith('0') ? '1' : '0')],
  ['no sense', () => 'abc'],
])('a cursor with %s is refused: a chain goes on from what was given out only', async (_, change) => {
  const { world } = await startWithEntries()
  const first = await world.call('GET', '/api/v1/admin/ledger/export?limit=1', { as: ADMIN })
  const cursor = /cursor=([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  const next = (with_: string) =>
    world.call('GET', `/api/v1/admin/ledger/export?limit=1&cursor=${with_}`, { as: ADMIN })
  expect((await next(cursor)).status).toBe(200)
  expect(change(cursor)).not.toBe(cursor)
  expect(await (await next(change(cursor))).json()).toMatchObject({ status: 400, code: 'invalid_cursor' })
})

test('a page of the usual size stays small on its way', async () => {
  const world = startWorld()
  const anna = await addUser()
  await rows(
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
    insert into bonus_entries (user_id, kind, points, balance_after_points, idempotency_key, actor, created_at)
    select ?, 'adjustment', 5, i * 5, 'a' || i, 'test', i * 12345 from n`,
    anna,
  )
  const answer = await world.call('GET', '/api/v1/admin/ledger/export', { as: ADMIN })
  const packed = await new Response(answer.body?.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
  expect(packed.byteLength).toBeLessThan(12_288)
})
