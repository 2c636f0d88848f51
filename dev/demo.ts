/** `npm run demo`: the story of bookings, bonuses, payments and messages, played on this machine through public interfaces only. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createControl } from './demo/control.ts'
import { createNarrator, type Narrator, type Stage } from './demo/stage.ts'
import { play } from './demo/story.ts'
import { createTill } from './demo/till.ts'
import { type Language, readLanguage } from './local/language.ts'
import { messageOf, type Run, runMain } from './local/main.ts'
import { createInbox, startCatcher } from './local/messages.ts'
import { LOCAL } from './local/paths.ts'
import { freePort } from './local/ports.ts'
import { type Child, LoggedFailure } from './local/processes.ts'
import { createSalonApp } from './local/salon-app.ts'
import { seed } from './local/seed.ts'
import { SIMULATOR_ACCESS, shopVars, writeVars } from './local/settings.ts'
import { startShop } from './local/shop.ts'
import { signInOwner } from './local/sign-in.ts'
import { startSimulator } from './local/simulator.ts'
import { applyMigrations, startWorker } from './local/worker.ts'
import { createYclients } from './local/yclients.ts'

/** What shells give to a command that Ctrl-C ended. */
const INTERRUPTED = 130

await runMain(INTERRUPTED, demo)

async function demo(run: Run): Promise<number> {
  const from = Date.now()
  const { values } = parseArgs({ options: { lang: { type: 'string', default: 'ru' } } })
  const language = readLanguage(values.lang)
  const narrator = createNarrator(language)
  const { t, ok, seconds } = narrator
  console.log(`${t.title}\n\n${t.starting}`)
  const { stage, worker, others } = await setUp(run, narrator, language)
  ok(t.started(seconds(Date.now() - from)))

  const childEnded = Promise.race([worker, ...others].map(async (child) => `${child.name}: ${await child.ended}`))
  try {
    const end = await Promise.race([play(stage), childEnded])
    if (end !== undefined) throw new Error(end)
  } catch (error) {
    throw new LoggedFailure(messageOf(error), worker.tail())
  }
  console.log(`\n${t.done(narrator.steps, seconds(Date.now() - from))}`)
  return 0
}

/** Stand-ins of the outside world, database, and Worker with the salon's catalogue, in a folder that goes away at the end. */
async function setUp({ children, atEnd }: Run, narrator: Narrator, language: Language) {
  mkdirSync(LOCAL, { recursive: true })
  const folder = mkdtempSync(join(LOCAL, 'demo-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const place = { stateDir: folder, varsFile: join(folder, 'worker.vars') }
  const port = await anyPort()
  const simulatorPort = await anyPort()
  const api = `http://127.0.0.1:${port}`
  const messagesPort = await anyPort()
  const inbox = createInbox(`http://127.0.0.1:${messagesPort}`)
  const access = { ...SIMULATOR_ACCESS, baseUrl: `http://127.0.0.1:${simulatorPort}` }
  const shopPort = await anyPort()
  const shopUrl = `http://127.0.0.1:${shopPort}`
  // The story is told at any hour.
  const settings = { ...shopVars(shopUrl), QUIET_HOURS: 'off' }
  const { webhookSecret, bootstrapSecret } = writeVars(place.varsFile, access, inbox.url, settings)
  const webhook = `${api}/api/v1/yclients/webhook?token=${webhookSecret}`

  const [simulator, catcher, shop] = await Promise.all([
    startSimulator(children, { port: simulatorPort, webhookUrl: webhook, rateLimit: false }),
    startCatcher(children, messagesPort),
    startShop(children, { port: shopPort, api }),
    applyMigrations(children, place),
  ])
  const yclients = createYclients(access)
  await seed(children, place, undefined)
  const worker: Child = await startWorker(children, place, port)
  const adminToken = await signInOwner(api, bootstrapSecret)
  const app = createSalonApp({ api, webhook, inbox, adminToken, language })
  await app.asAdmin.syncCatalog()
  const catalogue = { services: await yclients.services(), staff: await yclients.staff(), ours: await app.services() }
  const control = createControl(access.baseUrl)
  const stage: Stage = { ...narrator, app, yclients, control, till: createTill(shopUrl), inbox, catalogue }
  return { stage, worker, others: [simulator, catcher, shop] }
}

async function anyPort(): Promise<number> {
  const port = await freePort(0)
  if (port === undefined) throw new Error('no free port')
  return port
}
