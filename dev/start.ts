/** `npm run dev`: YClients simulator, message catcher, payment stand-in, database, demo salon and Worker in one command. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readLanguage } from './local/language.ts'
import { messageOf, type Run, runMain } from './local/main.ts'
import { createInbox, startCatcher } from './local/messages.ts'
import { API_NOTE, SESSIONS, STATE } from './local/paths.ts'
import { choosePort } from './local/ports.ts'
import { type Child, LoggedFailure } from './local/processes.ts'
import { createSalonApp } from './local/salon-app.ts'
import { chooseDemoClient, DEMO_CODE, seed } from './local/seed.ts'
import { DEV_VARS, SIMULATOR_ACCESS, shopVars, writeVars, type YclientsAccess } from './local/settings.ts'
import { startShop } from './local/shop.ts'
import { clientToken, LOCAL_OWNER, signInOwner } from './local/sign-in.ts'
import { startSimulator } from './local/simulator.ts'
import { claimState, demandNoOther } from './local/state-owner.ts'
import { devTexts } from './local/texts.ts'
import { applyMigrations, fireCron, startWorker, type WorkerPlace } from './local/worker.ts'
import { createYclients } from './local/yclients.ts'

const USUAL_PORT = 8787
const USUAL_YCLIENTS_PORT = 8821
const USUAL_MESSAGES_PORT = 8822
const USUAL_SHOP_PORT = 8823
const FIRST_SYNC_MS = 20_000
const MAX_SYNC_MINUTES = 24 * 60

await runMain(0, start)

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'yclients-port': { type: 'string' },
      'yclients-url': { type: 'string' },
      'messages-port': { type: 'string' },
      'payments-port': { type: 'string' },
      'sync-minutes': { type: 'string', default: '30' },
      fresh: { type: 'boolean', default: false },
      lang: { type: 'string', default: 'ru' },
    },
  })
  const syncMinutes = Number(values['sync-minutes'])
  if (!(syncMinutes > 0 && syncMinutes <= MAX_SYNC_MINUTES))
    throw new Error(`--sync-minutes: at most ${MAX_SYNC_MINUTES}`)
  const language = readLanguage(values.lang)
  return { ...values, syncMinutes, language, say: devTexts[language] }
}

async function start({ children, atEnd, ending }: Run): Promise<number> {
  const options = readOptions()
  const { say } = options
  await demandNoOther(API_NOTE)
  const port = await choosePort('--port', options.port, USUAL_PORT)
  const api = `http://127.0.0.1:${port}`
  const access = await yclientsAccess(options['yclients-url'], options['yclients-port'])

  if (options.fresh) {
    rmSync(STATE, { recursive: true, force: true })
    console.log(say.emptied)
  }
  mkdirSync(STATE, { recursive: true })
  atEnd(claimState(API_NOTE, api))
  const messagesPort = await choosePort('--messages-port', options['messages-port'], USUAL_MESSAGES_PORT)
  const inbox = createInbox(`http://127.0.0.1:${messagesPort}`)
  const shopPort = await choosePort('--payments-port', options['payments-port'], USUAL_SHOP_PORT)
  const payments = `http://127.0.0.1:${shopPort}`
  const secrets = writeVars(DEV_VARS, access, inbox.url, shopVars(payments))
  const place: WorkerPlace = { stateDir: STATE, varsFile: DEV_VARS }
  const webhook = `${api}/api/v1/yclients/webhook?token=${secrets.webhookSecret}`

  console.log(say.starting)
  const stateFile = join(STATE, 'yclients.json')
  const simulatorPlace = { port: access.port, webhookUrl: webhook, stateFile, rateLimit: true }
  const [simulator, catcher, shop] = await Promise.all([
    options['yclients-url'] === undefined ? startSimulator(children, simulatorPlace) : undefined,
    startCatcher(children, messagesPort),
    startShop(children, { port: shopPort, api, stateFile: join(STATE, 'yookassa.json') }),
    applyMigrations(children, place),
  ])
  const yclients = createYclients(access)
  await seed(children, place, await chooseDemoClient(yclients))
  let showLog = false
  const worker = await startWorker(children, place, port, (line) => {
    if (showLog) console.log(`│ ${line}`)
  })

  const adminToken = await signInOwner(api, secrets.bootstrapSecret)
  const app = createSalonApp({ api, webhook, inbox, adminToken, language: options.language })
  // Before the visits, which refer to it.
  await app.asAdmin.syncCatalog().catch((error: unknown) => console.log(say.catalogueUnread(messageOf(error))))
  await sync()
  const run = await app.watchNewestSync(FIRST_SYNC_MS)
  setInterval(sync, options.syncMinutes * 60_000)

  // Not the one chosen above: a state that was kept has its client already.
  const [client] = await app.asAdmin.findUsers(DEMO_CODE)
  const phone = client?.phone
  const token = phone ? await clientToken(api, inbox, SESSIONS, phone) : undefined
  announce()
  showLog = true
  return await firstToEnd([worker, catcher, shop, ...(simulator ? [simulator] : [])])

  async function sync(): Promise<void> {
    await fireCron(api).catch((error: unknown) => {
      if (!ending.aborted) console.log(say.cronFailed(messageOf(error)))
    })
  }

  function announce(): void {
    const json = "-H 'Content-Type: application/json' -d"
    const bearer = (of: string) => `-H "Authorization: Bearer $(npm run -s token -- ${of})"`
    const seconds = ((run?.duration_ms ?? 0) / 1000).toFixed(1)
    const lines = [
      '',
      run?.status === 'finished' ? say.synced(run.fetched, seconds) : say.notSynced(run?.error ?? run?.status ?? '?'),
      say.everyMinutes(options.syncMinutes),
      '',
      `${say.api}: ${api}/api/v1`,
      `${say.panel}: ${api}/admin`,
      `${say.docs}: ${api}/api/v1/docs`,
      `${say.yclients}: ${access.baseUrl}`,
      `${say.webhook}: ${webhook}`,
      `${say.messages}: ${inbox.url}`,
      `${say.payments}: ${payments}`,
      `${say.client}: ${client?.name} ${client?.surname}, ${phone}, ${DEMO_CODE}`,
      `${say.owner}: ${LOCAL_OWNER.email}, ${LOCAL_OWNER.password}`,
      '',
      say.signIn(inbox.url),
      `  curl -s '${api}/api/v1/auth/code' ${json} '{"phone":"+79000009000"}'`,
      `  curl -s '${api}/api/v1/auth/login' ${json} '{"phone":"+79000009000","code":"XXXXXX","consent":"1"}'`,
      say.tryIt,
      `  curl -s '${api}/api/v1/booking?upcoming_only=true' ${bearer(`--phone ${phone}`)}`,
      `  curl -s '${api}/api/v1/admin/users?query=${DEMO_CODE}' ${bearer('--admin')}`,
      `  curl -s -X POST '${api}/api/v1/yclients/sync-bookings' ${bearer('--admin')}`,
      '',
      say.stopHint,
    ]
    console.log(lines.join('\n'))
    const ready = {
      api,
      yclients: access.baseUrl,
      webhook,
      messages: inbox.url,
      payments,
      client_phone: phone,
      client_token: token,
      admin_token: adminToken,
      client_code: DEMO_CODE,
    }
    console.log(`READY ${JSON.stringify(ready)}`)
  }

  /** None of them ends by itself, so the first that does is a failure. */
  async function firstToEnd(running: readonly Child[]): Promise<never> {
    const ends = running.map(async (child) => ({ child, how: await child.ended }))
    const { child, how } = await Promise.race(ends)
    throw new LoggedFailure(say.ended(child.name, how), child.tail())
  }
}

/** The simulator, or another API of the same kind with the tokens of the environment (those of the simulator without). */
async function yclientsAccess(
  url: string | undefined,
  port: string | undefined,
): Promise<YclientsAccess & { port: number }> {
  if (url === undefined) {
    const chosen = await choosePort('--yclients-port', port, USUAL_YCLIENTS_PORT)
    return { ...SIMULATOR_ACCESS, baseUrl: `http://127.0.0.1:${chosen}`, port: chosen }
  }
  if (!URL.canParse(url)) throw new Error(`--yclients-url: not an address: ${url}`)
  const { YCLIENTS_COMPANY_ID, YCLIENTS_API_TOKEN, YCLIENTS_USER_TOKEN } = process.env
  return {
    baseUrl: url.replace(/\/+$/, ''),
    port: 0,
    companyId: Number(YCLIENTS_COMPANY_ID ?? SIMULATOR_ACCESS.companyId),
    apiToken: YCLIENTS_API_TOKEN ?? SIMULATOR_ACCESS.apiToken,
    userToken: YCLIENTS_USER_TOKEN ?? SIMULATOR_ACCESS.userToken,
  }
}
