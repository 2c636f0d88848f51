/** `npm run token -- --user 1` or `--admin 1`: prints an access token for a client or an administrator. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf } from './local/main.ts'
import { PROJECT } from './local/paths.ts'
import { DEV_VARS, readVars } from './local/settings.ts'
import { localToken } from './local/tokens.ts'

const USAGE = 'npm run token -- --user ID | --admin ID [--minutes N]'
const DEFAULT_MINUTES = '60'

try {
  console.log(await printedToken())
} catch (error) {
  console.error(`✗ ${messageOf(error)}`)
  process.exitCode = 1
}

async function printedToken(): Promise<string> {
  const { values } = parseArgs({
    options: { user: { type: 'string' }, admin: { type: 'string' }, minutes: { type: 'string' } },
  })
  if ((values.user === undefined) === (values.admin === undefined)) throw new Error(USAGE)
  const id = positive(values.user ?? values.admin)
  const minutes = positive(values.minutes ?? DEFAULT_MINUTES)
  return await localToken({ kind: values.user === undefined ? 'admin' : 'client', id }, findSecret(), minutes)
}

function positive(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,14}$/.test(text))
    throw new Error(`not a positive whole number: ${text}\n${USAGE}`)
  return Number(text)
}

/** The first that has a JWT_SECRET; which one is told on the side, because a wrong one gives a token that nobody takes. */
function findSecret(): string {
  const places = [
    { name: 'the environment', vars: process.env },
    { name: '.dev.vars', vars: readVars(join(PROJECT, '.dev.vars')) },
    { name: 'npm run dev', vars: readVars(DEV_VARS) },
  ]
  for (const { name, vars } of places) {
    if (!vars.JWT_SECRET) continue
    console.error(`signed with JWT_SECRET of ${name}`)
    return vars.JWT_SECRET
  }
  throw new Error('no JWT_SECRET: set it in the environment or in .dev.vars, or run `npm run dev` once')
}
