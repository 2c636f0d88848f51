/** `npm run -s token -- --phone +79000000000` or `--admin`: signs in at the running `npm run dev` and prints an access token. */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { messageOf } from './local/main.ts'
import { createInbox } from './local/messages.ts'
import { API_NOTE, SESSIONS } from './local/paths.ts'
import { DEV_VARS, readVars } from './local/settings.ts'
import { clientToken, signInOwner } from './local/sign-in.ts'

const USAGE = 'npm run -s token -- --phone NUMBER | --admin'

try {
  console.log(await printedToken())
} catch (error) {
  console.error(`✗ ${messageOf(error)}`)
  process.exitCode = 1
}

async function printedToken(): Promise<string> {
  const { values } = parseArgs({
    options: { phone: { type: 'string' }, admin: { type: 'boolean', default: false } },
  })
  if ((values.phone !== undefined) === values.admin) throw new Error(USAGE)
  if (!existsSync(API_NOTE)) throw new Error('`npm run dev` is not running')
  const api = readFileSync(API_NOTE, 'utf8')
  const { SMSRU_BASE_URL, ADMIN_BOOTSTRAP_SECRET } = readVars(DEV_VARS)
  if (values.phone === undefined) return await signInOwner(api, ADMIN_BOOTSTRAP_SECRET ?? '')
  return await clientToken(api, createInbox(SMSRU_BASE_URL ?? ''), SESSIONS, values.phone)
}
