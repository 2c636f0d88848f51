import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'

const TOKEN = 'adm_token-of-a-manager'
const NO_CHANGE = { created: 0, updated: 0, switched_off: 0 }
const REPORT = {
  categories: { created: 4, updated: 0 },
  services: { created: 12, updated: 3, switched_off: 1 },
  staff: NO_CHANGE,
  staff_services: { written: 24, removed: 2 },
  days: null,
  unreadable: 0,
  kept: [
    { category_id: null, service_id: 7, staff_id: null, field: 'price', local: 500_000, yclients: 514_750 },
    { category_id: null, service_id: 7, staff_id: 9, field: 'duration', local: 90, yclients: null },
  ],
  kept_total: 3,
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly said: string
  readonly sent: unknown[]
}

/** Runs the command against a server that gives this answer. */
async function run(args: string[], status: number, body: object, env: NodeJS.Dict<string>): Promise<Ended> {
  const sent: unknown[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers } = request
    sent.push({
      what: `${method} ${url}`,
      by: headers.authorization,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address of this kind.
  const { port } = server.address() as AddressInfo
  const all = ['cli/run.mjs', 'catalog', 'sync', '--api', `http://127.0.0.1:${port}`, '--lang', 'ru', ...args]
  try {
    return await new Promise((resolve) => {
      execFile(
        process.execPath,
        all,
        { env: { PATH: process.env.PATH, SPA_CONFIG_DIR: '/nowhere-at-all', ...env } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, said: stdout + stderr, sent }),
      )
    })
  } finally {
    server.close()
  }
}

test('catalog sync asks for an import and tells in Russian what it did and what was kept', async () => {
  const { code, stdout, sent } = await run([], 200, REPORT, { SPA_ADMIN_TOKEN: TOKEN })
  expect(sent).toEqual([{ what: 'POST /api/v1/admin/catalog/sync', by: `Bearer ${TOKEN}`, body: { overwrite: false } }])
  expect(stdout).toMatch(/услуги\s+12\s+3\s+1\n/)
  expect(stdout).toMatch(/кто что делает\s+24\s+2\n/)
  expect(stdout).toContain('Расписание YClients не показал')
  expect(stdout).toMatch(/услуга 7\s+price\s+500000\s+514750\n/)
  expect(stdout).toMatch(/услуга 7, мастер 9\s+duration\s+90\s+—\n/)
  expect(stdout).toContain('… и ещё 1')
  expect(stdout).toContain('--overwrite')
  expect(code).toBe(0)
})

test('catalog sync overwrites if asked, and with --json says the answer itself', async () => {
  const { stdout, sent } = await run(['--overwrite', '--json'], 200, REPORT, { SPA_ADMIN_TOKEN: TOKEN })
  expect(sent).toMatchObject([{ body: { overwrite: true } }])
  expect(JSON.parse(stdout)).toEqual(REPORT)
})

test('catalog sync tells what the server refused, but no token, and fails', async () => {
  const refused = { code: 'yclients_unavailable', detail: 'YClients не отвечает' }
  const { code, said } = await run([], 503, refused, { SPA_ADMIN_TOKEN: TOKEN })
  expect(said).toContain('YClients не отвечает (yclients_unavailable)')
  expect(said).not.toContain(TOKEN)
  expect(code).toBe(1)
})

test('catalog sync sends nothing without a token, nor a token over plain HTTP to another computer', async () => {
  const nobody = await run([], 200, REPORT, {})
  expect([nobody.code, nobody.sent]).toEqual([3, []])
  expect(nobody.said).toContain('spa login')
  const far = await run(['--api', 'http://spa.example'], 200, REPORT, { SPA_ADMIN_TOKEN: TOKEN })
  expect([far.code, far.sent]).toEqual([2, []])
  expect(far.said).toContain('https')
})
