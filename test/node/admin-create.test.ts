import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'

const SECRET = 'a-bootstrap-secret-of-more-than-32-characters'
const PASSWORD = 'тихий горный ручей'

interface Ended {
  readonly code: number
  readonly said: string
  /** Bodies that the server got. */
  readonly sent: unknown[]
}

/** Runs the command against a server that gives this answer. */
async function runAgainst(status: number, body: object, env: NodeJS.Dict<string>, api?: string): Promise<Ended> {
  const sent: unknown[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    sent.push({ path: request.url, ...JSON.parse(Buffer.concat(chunks).toString()) })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address of this kind.
  const { port } = server.address() as AddressInfo
  const args = [
    '--api',
    api ?? `http://127.0.0.1:${port}`,
    '--email',
    'olga@spa.test',
    '--name',
    'Ольга',
    '--lang',
    'en',
  ]
  try {
    return await new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['dev/run.mjs', 'admin-create', ...args],
        { env: { ...process.env, ADMIN_PASSWORD: undefined, ...env } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), said: stdout + stderr, sent }),
      )
      child.stdin?.end()
    })
  } finally {
    server.close()
  }
}

const VARS = { ADMIN_BOOTSTRAP_SECRET: SECRET, ADMIN_PASSWORD: PASSWORD }

test('admin:create sends what it was given and says how to go on, but neither secret nor password', async () => {
  const { code, said, sent } = await runAgainst(201, { id: 7, email: 'olga@spa.test' }, VARS)
  expect(sent).toEqual([
    { path: '/api/v1/admin/bootstrap', secret: SECRET, email: 'olga@spa.test', name: 'Ольга', password: PASSWORD },
  ])
  expect(said).toContain('olga@spa.test is an owner (administrator 7)')
  expect(said).toContain('/api/v1/admin/login')
  for (const secret of [SECRET, PASSWORD]) expect(said).not.toContain(secret)
  expect(code).toBe(0)
})

test('admin:create tells what the server refused, and fails', async () => {
  const refused = { code: 'bootstrap_refused', detail: 'Wrong or used bootstrap secret' }
  const { code, said } = await runAgainst(403, refused, VARS)
  expect(said).toContain('Wrong or used bootstrap secret (bootstrap_refused)')
  expect(said).not.toContain(SECRET)
  expect(code).toBe(1)
})

test('admin:create without a password and without a terminal to ask on fails before it sends anything', async () => {
  const { code, said, sent } = await runAgainst(201, {}, { ADMIN_BOOTSTRAP_SECRET: SECRET })
  expect({ code, sent }).toEqual({ code: 1, sent: [] })
  expect(said).toContain('ADMIN_PASSWORD')
})

test('admin:create sends a secret over plain HTTP to this computer only', async () => {
  const { code, said } = await runAgainst(201, {}, VARS, 'http://spa.example')
  expect(code).toBe(1)
  expect(said).toContain('without https')
})
