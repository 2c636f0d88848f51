import { execFile, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommandLine } from '../../cli/command-line.ts'
import { COMMANDS } from '../../cli/commands.ts'
import { writeWhole } from '../../cli/write-whole.ts'
import { type LocalSalon, startLocalSalon } from './local-salon.ts'

// A real Worker, on whatever machine.
vi.setConfig({ testTimeout: 60_000 })

let salon: LocalSalon
beforeAll(async () => {
  // A client of before there were codes.
  salon = await startLocalSalon(
    "insert into users (name, search_name, created_at, updated_at) values ('Вера', 'вера', 0, 0)",
  )
}, 60_000)
afterAll(() => salon?.stop())

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Of a command with --json. */
  readonly answer: unknown
}

interface Given {
  readonly env?: NodeJS.Dict<string>
  readonly input?: string
}

const environment = (env: NodeJS.Dict<string> = {}): NodeJS.Dict<string> => ({
  PATH: process.env.PATH,
  LANG: 'ru_RU.UTF-8',
  SPA_API: salon.api,
  SPA_CONFIG_DIR: join(salon.dir, 'config'),
  SPA_ADMIN_TOKEN: salon.ownerToken,
  ...env,
})

/** Runs a command as a script would: its output is no terminal, and nobody is there to answer. */
async function run(words: string[], { env, input = '' }: Given = {}): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await runCommandLine(words, {
    env: environment(env),
    out: (line) => out.push(`${line}\n`),
    err: (line) => err.push(`${line}\n`),
    firstLine: async () => input.split('\n')[0] ?? '',
    ask: undefined,
  })
  const stdout = out.join('')
  return { code, stdout, stderr: err.join(''), answer: words.includes('--json') ? JSON.parse(stdout) : undefined }
}

/** The same as a process of its own. */
function runProcess(words: string[], { env, input = '' }: Given = {}): Promise<Omit<Ended, 'answer'>> {
  return new Promise((resolve) => {
    const options = { env: environment(env) }
    const child = execFile(process.execPath, ['cli/run.mjs', ...words], options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

const NOBODY = { SPA_ADMIN_TOKEN: '', SPA_CONFIG_DIR: '/nowhere-at-all' }

describe('the command line', () => {
  test('lists every command in its help, in the language of the computer or the one asked for', async () => {
    const [russian, english] = await Promise.all([run(['--help']), run(['--help'], { env: { LANG: 'de_DE.UTF-8' } })])
    for (const { name } of COMMANDS) expect(russian.stdout).toContain(`\n  ${name}`)
    expect([russian.code, russian.stdout.includes('Команды'), english.stdout.includes('Commands')]).toEqual([
      0,
      true,
      true,
    ])
  })

  test('explains every command with an example that it understands', async () => {
    for (const { name, example, summary } of COMMANDS) {
      expect([name, example.startsWith(name), summary.ru !== summary.en]).toEqual([name, true, true])
    }
    const help = await run(['webhook', 'test', '--help', '--lang', 'en'])
    expect(help.stdout).toContain('npm run spa -- webhook test --yes')
    expect([help.stdout.includes('--timeout SECONDS'), help.code]).toEqual([true, 0])
  })

  test.each([
    ['nothing', []],
    ['an unknown command', ['dance']],
    ['half a command', ['sync']],
    ['an unknown option', ['doctor', '--fast']],
    ['too many words', ['doctor', 'now']],
    ['too few words', ['users', 'find']],
    ['an unknown language', ['doctor', '--lang', 'de']],
    ['an address that is none', ['doctor', '--api', 'here']],
    ['a token for another computer in plain text', ['doctor', '--api', 'http://spa.example']],
    ['points that are no number', ['bonuses', 'spend', 'ABC23456', 'many', '--reason', 'x', '--yes']],
    ['no reason', ['bonuses', 'spend', 'ABC23456', '1', '--yes']],
    ['neither give nor take', ['bonuses', 'adjust', 'ABC23456', '--reason', 'x', '--yes']],
  ])('ends with 2 on %s', async (_, words) => {
    const { code, stdout, stderr } = await run(words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).not.toBe('')
  })

  test.each([
    ['which option there is not', ['doctor', '--fast'], 'Нет такого параметра: --fast.'],
    ['which option lacks its value', ['doctor', '--lang', 'ru', '--api'], 'Неверное значение параметра: --api'],
    ['which argument is missing', ['users', 'find'], 'Не хватает аргумента: '],
    ['which word is one too many', ['doctor', 'now'], 'Лишнее слово: now.'],
    ['what there is of half a command', ['bonuses'], 'bonuses adjust'],
    [
      'that a time lacks its offset',
      ['events', 'replay', '--from', '2026-11-20T09:00', '--to', '2026-11-20T10:00'],
      '--from: нужно время с часовым поясом',
    ],
    ['how to sign in without a terminal', ['login'], '--password-stdin'],
  ])('says %s', async (_, words, said) => {
    const { code, stderr } = await run(words)
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(stderr).not.toMatch(/Unknown option|argument missing|sync watch/)
  })

  test('ends with 3 where nobody answers and where nobody is signed in, and says what to do', async () => {
    const [deaf, stranger, wrong] = await Promise.all([
      run(['doctor', '--api', 'http://127.0.0.1:1', '--json']),
      run(['doctor'], { env: NOBODY }),
      run(['doctor'], { env: { SPA_ADMIN_TOKEN: 'spa_admin_wrong' } }),
    ])
    expect([deaf.code, stranger.code, wrong.code]).toEqual([3, 3, 3])
    expect(deaf.answer).toEqual({ error: { message: 'http://127.0.0.1:1 не отвечает.' } })
    expect(stranger.stderr).toContain('spa login')
    expect(wrong.stderr).not.toContain('spa_admin_wrong')
  })
})

test('as a process it ends with the same numbers, takes a password from its input', async () => {
  const env = { SPA_ADMIN_TOKEN: '', SPA_CONFIG_DIR: join(salon.dir, 'process') }
  const [help, unknown, entered] = await Promise.all([
    runProcess(['--help']),
    runProcess(['dance']),
    runProcess(['login', '--email', salon.owner.email, '--password-stdin'], {
      env,
      input: `${salon.owner.password}\n`,
    }),
  ])
  expect([help.code, unknown.code, entered.code]).toEqual([0, 2, 0])
  expect(entered.stdout).toContain(salon.owner.email)
})

test('login keeps a session that nobody else can read, shows neither password nor token, and logout ends it', async () => {
  const config = join(salon.dir, 'fresh')
  const env = { SPA_ADMIN_TOKEN: '', SPA_CONFIG_DIR: config }
  const words = ['login', '--email', salon.owner.email, '--password-stdin', '--json']
  const entered = await run(words, { env, input: `${salon.owner.password}\n` })
  expect(entered).toMatchObject({ code: 0, answer: { email: salon.owner.email, role: 'owner' } })
  const file = join(config, 'sessions.json')
  const { token } = JSON.parse(readFileSync(file, 'utf8'))[salon.api]
  for (const secret of [salon.owner.password, token]) expect(entered.stdout + entered.stderr).not.toContain(secret)
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)

  expect((await run(['users', 'find', 'Nobody'], { env })).code).toBe(1)
  expect((await run(['logout'], { env })).code).toBe(0)
  const after = await run(['doctor'], { env: { ...env, SPA_ADMIN_TOKEN: token } })
  expect(after.code).toBe(3)
})

test('login refuses a wrong password without showing it', async () => {
  const env = { SPA_CONFIG_DIR: join(salon.dir, 'fresh') }
  const words = ['login', '--email', salon.owner.email, '--password-stdin']
  const refused = await run(words, { env, input: 'not the password\n' })
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('wrong_credentials')
  expect(refused.stdout + refused.stderr).not.toContain('not the password')
})

// In the order in which an owner would go: each finds the salon as those before left it.
describe('with a new salon', () => {
  test('catalog sync takes over what YClients has', async () => {
    const synced = await run(['catalog', 'sync', '--json'])
    expect(synced).toMatchObject({ code: 0, answer: { staff: { switched_off: 0 } } })
    const { services } = synced.answer as { services: { created: number } } // checked on the next line
    expect(services.created).toBeGreaterThan(5)
    expect((await run(['catalog', 'sync'])).stdout).toMatch(/услуги\s+0\s+0/)
  })

  test('doctor is red while the webhook is not registered, names the remedy, and has no colours in a pipe', async () => {
    const sick = await runProcess(['doctor'])
    expect(sick.code).toBe(1)
    expect(sick.stdout).toContain('✗ Вебхук не зарегистрирован')
    expect(sick.stdout).toContain('зарегистрируйте адрес (spa webhook setup --register)')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is how colours begin
    expect(sick.stdout).not.toMatch(/\u001b/)
    expect(sick.stdout).not.toContain(salon.webhookSecret)
  })

  test('webhook test refuses before the webhook is registered, and leaves the journal alone', async () => {
    const refused = await run(['webhook', 'test', '--json'])
    expect(refused).toMatchObject({ code: 1, answer: { error: { message: expect.stringContaining('webhook setup') } } })
  })

  test('webhook setup tells the steps, asks before it writes, and keeps the address of another integration', async () => {
    const told = await run(['webhook', 'setup', '--lang', 'en'])
    expect(told.code).toBe(1)
    expect(told.stdout).toContain('Settings → Integrations → Webhooks')
    expect(told.stdout).not.toContain(salon.webhookSecret)
    const unasked = await run(['webhook', 'setup', '--register'])
    expect([unasked.code, unasked.stderr.includes('--yes')]).toEqual([2, true])

    const registered = await run(['webhook', 'setup', '--register', '--yes', '--json'])
    expect(registered).toMatchObject({
      code: 0,
      answer: {
        registered: true,
        written: true,
        addresses: [{ whose: 'foreign', url: 'http://127.0.0.1:1/crm?…' }, { whose: 'current' }],
      },
    })
    const well = await run(['webhook', 'setup'])
    expect(well.stdout).toMatch(
      /✓ Вебхук зарегистрирован.*Наш адрес:\n.*api\/v1\/yclients\/webhook.*127\.0\.0\.1:1\/crm.*Вручную:/s,
    )
    const revealed = await run(['webhook', 'setup', '--reveal', '--json'])
    expect(revealed.answer).toMatchObject({ url: expect.stringContaining(salon.webhookSecret) })
  })

  test('webhook test follows a throw-away record to its end', async () => {
    const tested = await run(['webhook', 'test', '--json'])
    expect(tested).toMatchObject({
      code: 0,
      answer: {
        ok: true,
        steps: [
          { name: 'create', ok: true, verdict: 'created' },
          { name: 'update', ok: true },
          { name: 'delete', ok: true },
        ],
      },
    })
  })

  test('webhook test says which event did not come, and takes its record away all the same', async () => {
    await knobs({ lossPercent: 100 })
    const tested = await run(['webhook', 'test', '--timeout', '1', '--json'])
    await knobs({ lossPercent: 0 })
    expect(tested).toMatchObject({ code: 1, answer: { ok: false, steps: [{ name: 'create', ok: false }] } })
    expect(tested.stderr).toContain('событие не пришло')
    expect(await testRecords()).toEqual([])
  })

  test('sync run waits for the end and tells what it did; sync watch shows the same', async () => {
    const synced = await run(['sync', 'run', '--json'])
    expect(synced).toMatchObject({ code: 0, answer: { status: 'finished', failed: 0 } })
    const watched = await run(['sync', 'watch', '--json'])
    expect(watched.answer).toEqual(synced.answer)
  })

  test('sync check shows settings, visits and advice', async () => {
    const checked = await run(['sync', 'check'])
    expect(checked.stdout).toMatch(/связь с YClients включена\s+да/)
    expect(checked.stdout).toMatch(/YClients\s+завершён\s+\d+/)
    expect(checked.stdout).toMatch(/последний вебхук\s+\d\d\.\d\d\.\d{4} \d\d:\d\d\n/)
    expect(checked.stdout).not.toMatch(/completed|pending|finished|\+03:00/)
    expect((await run(['sync', 'check', '--json'])).answer).toMatchObject({
      runs: [{ status: 'finished' }],
      settings: { company_id: 235564 },
    })
  })

  test('doctor is content afterwards', async () => {
    const examined = await run(['doctor', '--json'])
    const { checks } = examined.answer as { checks: { status: string; code: string }[] } // checked on the next line
    expect(checks.filter(({ status }) => status === 'red')).toEqual([])
    expect(examined.code).toBe(0)
  })

  test('events replay says first what would change', async () => {
    const looked = await run(['events', 'replay', '--last', '1h', '--dry-run', '--json'])
    expect(looked).toMatchObject({ code: 0, answer: { dry_run: true, records: 1 } })
    const replayed = await run(['events', 'replay', '--last', '1h', '--yes', '--json'])
    expect(replayed).toMatchObject({ code: 0, answer: { dry_run: false, records: 1 } })
    expect((await run(['events', 'replay'])).code).toBe(2)
  })

  test('codes are given to clients who have none, again and again without harm', async () => {
    const first = await run(['codes', 'generate', '--json'])
    expect(first).toMatchObject({ code: 0, answer: { given: 1, remaining: 0 } })
    expect((await run(['codes', 'generate', '--json'])).answer).toEqual({ given: 0, remaining: 0 })
  })

  test('bonuses are given and spent by the code, once however often the same key is used, and the ledger adds up', async () => {
    const found = await run(['users', 'find', 'Вера', '--json'])
    const [{ unique_code: code }] = found.answer as [{ unique_code: string }] // an empty list fails below
    const give = ['bonuses', 'adjust', code, '--give', '500', '--reason', 'Подарок', '--key', 'one-gift']
    const unasked = await run(give)
    expect([unasked.code, unasked.stderr.includes('--yes')]).toEqual([2, true])
    expect(await run([...give, '--yes', '--json'])).toMatchObject({
      answer: { points: 500, balance: 500, replayed: false },
    })
    expect(await run([...give, '--yes', '--json'])).toMatchObject({ answer: { balance: 500, replayed: true } })

    const spend = await run(['bonuses', 'spend', code, '200', '--reason', 'Массаж', '--yes'])
    expect([spend.code, spend.stdout.includes('500 → 300'), spend.stdout.includes('теперь 300')]).toEqual([
      0,
      true,
      true,
    ])
    const greedy = await run(['bonuses', 'spend', code, '301', '--reason', 'Массаж', '--yes', '--json'])
    expect(greedy).toMatchObject({ code: 1, answer: { error: { code: 'insufficient_balance' } } })
    expect(greedy.stderr).not.toContain('--key')
    const taken = await run(['bonuses', 'adjust', code, '--take', '300', '--reason', 'Ошибка', '--yes', '--json'])
    expect(taken.answer).toMatchObject({ points: -300, balance: 0 })

    const verified = await run(['ledger', 'verify', '--json'])
    expect(verified).toMatchObject({ code: 0, answer: { differences: 0 } })
  })
})

test('ledger export writes a file that the offline check finds whole, and names that check', async () => {
  const file = join(salon.dir, 'ledger.ndjson')
  const exported = await run(['ledger', 'export', file])
  expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('check-ledger.mjs') })
  const check = spawnSync(process.execPath, ['scripts/check-ledger.mjs', file], { encoding: 'utf8' })
  // Three changes of one client, which cancel each other out.
  expect([check.status, check.stdout]).toEqual([0, expect.stringContaining('3 entries, 1 clients, 0 points')])
})

test('backup writes a whole database, without what opens it, that restore --dry-run finds whole; a torn one not', async () => {
  const file = join(salon.dir, 'backup.ndjson')
  expect(await run(['backup', file, '--json'])).toMatchObject({ code: 0, answer: { file } })
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  expect(text.split('\n')[0]).not.toContain('"cursor":')
  const whole = await run(['restore', file, '--dry-run', '--json'])
  expect(whole).toMatchObject({ code: 0, answer: { ok: true, problems: 0, tables: { users: 1, bonus_entries: 3 } } })

  const torn = join(salon.dir, 'torn.ndjson')
  writeFileSync(torn, text.slice(0, text.length / 2))
  const checked = await run(['restore', torn, '--dry-run'])
  expect([checked.code, checked.stdout.includes('no_end')]).toEqual([1, true])
  const unsaid = await run(['restore', file])
  expect([unsaid.code, unsaid.stderr.includes('time-travel')]).toEqual([2, true])
  expect((await run(['restore', join(salon.dir, 'nothing'), '--dry-run'])).code).toBe(2)
})

test('an export that breaks off leaves the file of before as it was', async () => {
  const file = join(salon.dir, 'kept.ndjson')
  writeFileSync(file, 'of before')
  expect((await run(['backup', file], { env: { SPA_ADMIN_TOKEN: 'spa_admin_wrong' } })).code).toBe(3)
  expect((await run(['ledger', 'export', join(salon.dir, 'no', 'such', 'folder')])).code).toBe(2)
  await expect(
    writeWhole(file, async (write) => {
      write('half')
      throw new Error('the line is cut')
    }),
  ).rejects.toThrow('the line is cut')
  expect(readFileSync(file, 'utf8')).toBe('of before')
  expect(readdirSync(salon.dir).filter((name) => name.includes('.part'))).toEqual([])
})

test.skipIf(process.platform === 'win32')(
  'an export goes through no link that somebody has put beside it',
  async () => {
    const [file, victim] = [join(salon.dir, 'linked.ndjson'), join(salon.dir, 'victim')]
    writeFileSync(victim, 'of somebody else')
    symlinkSync(victim, `${file}.part`)
    await writeWhole(file, async (write) => write('по-русски '.repeat(100_000)))
    expect(readFileSync(victim, 'utf8')).toBe('of somebody else')
    expect(readFileSync(file, 'utf8')).toBe('по-русски '.repeat(100_000))
    expect(statSync(file).mode & 0o777).toBe(0o600)
  },
)

describe('yclients token', () => {
  const words = () => [
    'yclients',
    'token',
    '--login',
    '+79000000000',
    '--password-stdin',
    '--yclients-url',
    salon.yclients,
  ]
  const given = { env: { YCLIENTS_API_TOKEN: 'partner-demo' }, input: 'a secret password\n' }

  test('says where the token goes, and shows it only if asked; never the password', async () => {
    const [quiet, open] = await Promise.all([run(words(), given), run([...words(), '--print', '--json'], given)])
    expect([quiet.code, quiet.stdout.includes('wrangler secret put YCLIENTS_USER_TOKEN')]).toEqual([0, true])
    expect(quiet.stdout + quiet.stderr).not.toContain('user-demo')
    expect(open.answer).toEqual({ variable: 'YCLIENTS_USER_TOKEN', token: 'user-demo' })
    for (const { stdout, stderr } of [quiet, open]) expect(stdout + stderr).not.toContain('a secret password')
  })

  test('explains what to do about an account with a second factor', async () => {
    await knobs({ twoFactor: true })
    const refused = await run(words(), given)
    await knobs({ twoFactor: false })
    expect([refused.code, refused.stderr.includes('системного пользователя')]).toEqual([1, true])
  })

  test('tells a wrong partner token', async () => {
    const refused = await run(words(), { ...given, env: { YCLIENTS_API_TOKEN: 'wrong-one' } })
    expect([refused.code, refused.stderr.includes('wrong-one')]).toEqual([1, false])
  })
})

// The run stays open and waits for its next try, so this comes last.
test('sync run ends with 1 when the sync does not get through, and so do sync check and doctor', async () => {
  await knobs({ forbidden: ['/records/'] })
  const failed = await run(['sync', 'run', '--json'])
  expect(failed).toMatchObject({ code: 1, answer: { status: 'failing', error: 'yclients_refused_403' } })
  const [checked, examined] = await Promise.all([run(['sync', 'check']), run(['doctor', '--json'])])
  expect([checked.code, examined.code]).toEqual([1, 1])
})

async function knobs(set: object): Promise<void> {
  const answer = await fetch(`${salon.yclients}/__control/knobs`, { method: 'PUT', body: JSON.stringify(set) })
  if (!answer.ok) throw new Error(await answer.text())
}

/** The records in YClients that a test of the webhook has written and that still stand there. */
async function testRecords(): Promise<unknown[]> {
  const today = new Date().toISOString().slice(0, 10)
  const query = new URLSearchParams({ c_start_date: today, c_end_date: '2099-01-01', count: '200' })
  const answer = await fetch(`${salon.yclients}/api/v1/records/235564?${query}`, {
    headers: { accept: 'application/vnd.yclients.v2+json', authorization: 'Bearer partner-demo, User user-demo' },
  })
  // The simulator's own tests hold it to this.
  const { data } = (await answer.json()) as { data: { api_id: string }[] }
  return data.filter(({ api_id }) => api_id.startsWith('webhook-test-'))
}
