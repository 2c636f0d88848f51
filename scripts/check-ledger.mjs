// node scripts/check-ledger.mjs FILE: is an exported ledger whole, and does it add up? Offline; see docs/ledger-export.md.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const must = (holds, what) => {
  if (!holds) throw new Error(what)
}
const balances = new Map()
const moved = new Map()
const held = new Map()
let [number, head, first, last, entries, points, lastId] = [0, null, null, null, 0, 0, 0]
try {
  for await (const text of createInterface({ input: createReadStream(process.argv[2] ?? ''), crlfDelay: Infinity })) {
    number++
    must(!last, 'comes after the end')
    const line = JSON.parse(text)
    must(line.prev === head, 'does not go on from the line before')
    head = createHash('sha256').update(text).digest('hex')
    first ??= line
    must(['spa-ledger/1', 'spa-ledger/2'].includes(first.format), 'is not the beginning of a ledger')
    if (line.end) last = line
    if (line === first || line.end) continue
    must(line.id > lastId && line.id <= first.until, 'has a number out of order')
    const balance = (balances.get(line.client) ?? 0) + line.points
    must(Number.isInteger(line.points) && balance === line.balance, `: the balance of client ${line.client} is wrong`)
    balances.set(line.client, balance)
    const pair = [line.client, line.counterpart].sort((a, b) => a - b).join(' and ')
    if (line.counterpart !== null) moved.set(pair, (moved.get(pair) ?? 0) + line.points)
    if (line.kind === 'hold') held.set(line.id, line.points)
    if (line.kind === 'release') must(held.get(line.resolves) === -line.points, 'gives back what was not put aside')
    held.delete(line.resolves)
    ;[lastId, entries, points] = [line.id, entries + 1, points + line.points]
  }
  must(last, 'is the last one, and the end is missing')
  must(last.entries === entries && last.points === points && last.clients === balances.size, 'tells other totals')
  for (const [pair, sum] of moved) must(sum === 0, `: what moved between clients ${pair} does not add up`)
  console.log(
    `OK ${first.salon} ${first.created_at}: ${entries} entries, ${balances.size} clients, ${points} points, ${head}`,
  )
} catch (error) {
  console.error(`WRONG: line ${number} ${error.message}`)
  process.exitCode = 1
}
