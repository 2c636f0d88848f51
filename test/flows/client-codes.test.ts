import { expect, test } from 'vitest'
import { generateClientCode } from '../../src/users/client-code.ts'
import { retiredCodeHash } from '../../src/users/erased-person.ts'
import { addUser, row, rows } from '../support/salon.ts'
import { MANAGER, startWorld, type World } from '../support/world.ts'

const giveCodes = async (world: World) => {
  const answer = await world.call('POST', '/api/v1/admin/users/codes', { as: MANAGER })
  expect(answer.status).toBe(200)
  return await answer.json()
}
/** The same in every world. */
const firstDrawn = () => generateClientCode(startWorld().ctx.random)

test('codes are made for clients who have none, some hundred at a time, and codes that are there stay', async () => {
  const world = startWorld()
  const anna = await addUser({ code: 'ABC12345' })
  await rows(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 502)
    insert into users (name, created_at, updated_at) select 'Клиент', 0, 0 from n`)
  const erased = await addUser()
  await rows("update users set name = '', search_name = '', erased_at = 1 where id = ?", erased)

  expect(await giveCodes(world)).toEqual({ given: 500, remaining: 2 })
  const early = await row<{ unique_code: string }>('select unique_code from users where id = 2')
  expect(await giveCodes(world)).toEqual({ given: 2, remaining: 0 })
  expect(await giveCodes(world)).toEqual({ given: 0, remaining: 0 })

  const stored = await rows<{ id: number; unique_code: string | null }>('select id, unique_code from users order by id')
  expect(stored[0]).toEqual({ id: anna, unique_code: 'ABC12345' })
  expect(stored[1]).toEqual({ id: 2, unique_code: early.unique_code })
  expect(stored.at(-1)).toEqual({ id: erased, unique_code: null })
  expect(new Set(stored.map(({ unique_code }) => unique_code)).size).toBe(504)
  expect(await rows("select actor, entity_id from audit_log where action = 'user.give_codes'")).toHaveLength(2)
})

test.each([
  ['somebody has', (code: string) => addUser({ code })],
  [
    'an erased client had',
    async (code: string) => rows('insert into retired_codes values (?)', await retiredCodeHash(code)),
  ],
  [
    'a merged client had',
    async (code: string) => rows('insert into merged_codes values (?, ?)', code, await addUser({ code: 'XYM00001' })),
  ],
])('a code that %s is given to nobody, and the next time draws another', async (_, take) => {
  await take(firstDrawn())
  const world = startWorld()
  const boris = await addUser({ name: 'Борис' })
  expect(await giveCodes(world)).toEqual({ given: 0, remaining: 1 })
  expect(await giveCodes(world)).toEqual({ given: 1, remaining: 0 })
  const { unique_code } = await row<{ unique_code: string }>('select unique_code from users where id = ?', boris)
  expect(unique_code).not.toBe(firstDrawn())
})
