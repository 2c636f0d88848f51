import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openDb } from '../../src/platform/db.ts'
import { mentions, saidInJson } from '../../src/users/person.statements.ts'

const PERSON = sql`person (kind, key) as (values ('phone', '9031234567'), ('email', 'na@mail.ru'), ('email', 'we[i]r*d?@x.io'),
  ('code', 'XTP12345'), ('card', '777'))`

async function names(text: string | null, said = sql`text`): Promise<boolean> {
  const [found] = await openDb(env.DB).all<{ named: number }>(
    sql`with ${PERSON}, given (text) as (values (${text})) select ${mentions(said)} as named from given`,
  )
  return found?.named === 1
}

test.each([
  'na@mail.ru',
  'NA@Mail.ru',
  'пишите на na@mail.ru.',
  'почта:na@mail.ru, а не anna@mail.ru',
  'anna@mail.ru; na@mail.ru',
  '(na@mail.ru)',
  '«na@mail.ru»',
  'почта-na@mail.ru - старая',
  'почта.na@mail.ru.\nИ ещё',
  'we[i]r*d?@x.io',
  '+7 (903) 123-45-67',
  '8.903.123.45.67',
  'кв. 5 8 903 123\u00a045 67 12:00',
  'код xtp 123-45',
])('the text %j names the person', async (text) => {
  expect(await names(text)).toBe(true)
})

test.each([
  null,
  '',
  'anna@mail.ru',
  'na@mail.rus',
  'na@mail.ru.com',
  'na@mail.ru-center.com',
  'x.na@mail.ru',
  'x-na@mail.ru',
  '_na@mail.ru',
  'a.n.a@mail.ru',
  'na@m.ail.ru',
  'weird@x.io',
  '9031 розу и 234567 свечей',
  'карта 777',
])('the text %j does not', async (text) => {
  expect(await names(text)).toBe(false)
})

test.each([
  [JSON.stringify({ a: ['почта\nna@mail.ru'] }), true],
  [JSON.stringify({ raw: JSON.stringify({ phone: 79031234567 }) }), true],
  [JSON.stringify({ raw: JSON.stringify({ a: 'почта\nna@mail.ru' }) }), true],
  ['{"raw":"\\u002b7\\u00a0903\\u00a0123-45-67"}', true],
  [JSON.stringify({ a: 903, b: 1234567 }), false],
  [JSON.stringify({ raw: '{no json' }), false],
  ['{}', false],
])('the JSON %s names the person: %s', async (json, expected) => {
  expect(await names(json, saidInJson(sql`text`))).toBe(expected)
})
