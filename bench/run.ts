import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { countCosts } from './scenarios/counts.ts'
import { applyEverything, fillSalon, syncEverything } from './scenarios/full-sync.ts'
import { measureRequests, measureWebhooksToTheEnd } from './scenarios/requests.ts'
import { countTimeSlots, measureSlotRule } from './scenarios/time-slots.ts'
import { printTable, type Row, whole } from './table.ts'
import { bundle, removeFolder, storageFor, temporaryFolder, versions } from './vehicle.ts'

const HELP = `npm run bench -- [--quick] [--only counts|sync|requests] [--disk] [--strict] [--json]

  --quick   small sizes, one repeat: for a look, not for a claim
  --only    one part; may be repeated
  --disk    databases on the disk of this machine; otherwise in memory, where the system has a folder for that
  --strict  a missed throughput target fails, too
  --json    the rows as JSON instead of tables

Ends with 1 if a counted target is missed. Times depend on the machine and fail only with --strict.`

const PARTS = ['counts', 'sync', 'requests'] as const
type Part = (typeof PARTS)[number]

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    disk: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const unknown = flags.only.filter((name) => !PARTS.some((part) => part === name))
if (flags.help || unknown.length > 0) {
  console.log(HELP)
  process.exit(unknown.length > 0 ? 2 : 0)
}

const sizes = flags.quick
  ? {
      table: { small: 1000, large: 10_000 },
      sync: { records: 1000, clients: 100, repeats: 1 },
      load: { concurrency: 32, ms: 300, repeats: 1, bookings: 10_000, events: 300 },
    }
  : {
      table: { small: 1000, large: 100_000 },
      sync: { records: 10_000, clients: 1000, repeats: 3 },
      load: { concurrency: 32, ms: 4000, repeats: 3, bookings: 100_000, events: 3000 },
    }

/** Averages over one, five and fifteen minutes. Where others work on the machine, times say little. */
const load = () =>
  loadavg()
    .map((average) => average.toFixed(2))
    .join(' ')
const storage = storageFor(flags.disk)
const environment = {
  vehicle: `bundle of wrangler deploy --dry-run ${versions.wrangler} in Miniflare ${versions.miniflare}`,
  storage: storage.kind,
  workerd: versions.workerd,
  node: process.version,
  machine: `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
  load_before: load(),
  concurrency: sizes.load.concurrency,
  quick: flags.quick,
}

const say = (text: string) => {
  if (!flags.json) console.log(text)
}

async function run(folder: string): Promise<Row[]> {
  const wanted = (part: Part) => flags.only.length === 0 || flags.only.includes(part)
  const [appScript, benchScript] = await Promise.all([bundle(folder), bundle(folder, 'bench/worker/worker.ts')])
  const all: Row[] = []
  const show = (title: string, rows: readonly Row[]) => {
    all.push(...rows)
    if (!flags.json) printTable(title, rows)
  }
  if (wanted('counts')) {
    const { rows, plan, sizeText } = await countCosts(folder, benchScript, sizes.table)
    show(`Counted: D1 round trips, statements, rows; messages; object calls. With ${sizeText}`, rows)
    say(`\nEXPLAIN QUERY PLAN of GET /booking?upcoming_only=true\n  ${plan.join('\n  ')}`)
    const slots = await countTimeSlots(folder, benchScript, sizes.table)
    const visits = `${whole(sizes.table.small)} → ${whole(sizes.table.large)} visits of that master in the table`
    show(`Times of a day: counted with ${visits}, and the rule itself`, [...slots, measureSlotRule()])
  }
  if (wanted('sync')) {
    await using salon = await fillSalon(sizes.sync)
    const rows = await applyEverything(folder, benchScript, salon, sizes.sync)
    show('A full sync of an empty database; the pages are in memory, no HTTP to YClients', rows)
    const through = await syncEverything(folder, appScript, salon, sizes.sync)
    show('The same through the route, the queue and HTTP to the simulator, which shares the cores', through)
  }
  if (wanted('requests')) {
    const rows = await measureRequests(folder, appScript, sizes.load)
    show('Requests; the load comes from this process on the same cores', rows)
    show('From the door to the database', [await measureWebhooksToTheEnd(folder, appScript, sizes.load)])
  }
  return all
}

for (const [name, value] of Object.entries(environment)) say(`${name.padEnd(12)} ${value}`)
const folder = await temporaryFolder(storage.parent)
try {
  const rows = await run(folder)
  const after = { load_after: load() }
  if (flags.json) console.log(JSON.stringify({ environment: { ...environment, ...after }, rows }, null, 2))
  else console.log(`\nload_after   ${after.load_after}`)
  const missed = rows.filter((row) => row.met === false && (row.deterministic || flags.strict))
  process.exitCode = missed.length > 0 ? 1 : 0
} finally {
  await removeFolder(folder)
}
