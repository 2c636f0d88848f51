import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { openDb } from '../../src/platform/db.ts'
import { countD1 } from '../support/count-d1.ts'
import { addUser } from '../support/salon.ts'
import { askForCode, codeSentTo, type Tokens, tryToLogIn } from '../support/sign-in.ts'
import { ADMIN, startWorld } from '../support/world.ts'

test('signing in, refreshing, reading and the desk’s requests cost a handful of round trips, however many clients there are', async () => {
  const counted = countD1(env.DB)
  const world = startWorld({ db: openDb(counted.db) })
  const phone = '+79161234567'
  for (let n = 0; n < 200; n++) await addUser({ phone: `+7900${String(n).padStart(7, '0')}`, code: `ABC${10_000 + n}` })
  await addUser({ phone })
  const cost = async <T>(work: () => Promise<T>) => {
    counted.reset()
    const result = await work()
    return { result, roundTrips: counted.counts.roundTrips, rowsRead: counted.counts.rowsRead }
  }
  const code = await cost(() => askForCode(world, { phone }))
  const login = await cost(() => tryToLogIn(world, { phone, code: codeSentTo(world, { phone }), consent: '1' }))
  const { refresh_token, access_token: token } = await login.result.json<Tokens>()
  const refresh = await cost(() => world.call('POST', '/api/v1/auth/refresh', { body: { refresh_token } }))
  const read = await cost(() => world.call('GET', '/api/v1/booking', { token }))
  await world.call('GET', '/api/v1/admin/session', { as: ADMIN })
  const desk = await cost(() => world.call('GET', '/api/v1/admin/users?query=ABC10007', { as: ADMIN }))
  const trips = { code, login, refresh, read, desk }
  expect(Object.fromEntries(Object.entries(trips).map(([name, { roundTrips }]) => [name, roundTrips]))).toEqual({
    code: 3,
    login: 6,
    refresh: 1,
    read: 1,
    desk: 2,
  })
  for (const { rowsRead } of Object.values(trips)) expect(rowsRead).toBeLessThan(60)
})
