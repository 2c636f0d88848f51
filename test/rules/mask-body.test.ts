import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskBody, plainWord } from '../../src/yclients/mask-body.ts'
import modern from '../fixtures/yclients/record-get-modern-constructed.json'
import paid from '../fixtures/yclients/webhook-record-update-paid-2025-altegio.json'

const masked = (data: unknown, resource = 'record') => JSON.stringify(maskBody(resource, data))

interface Person {
  readonly name: string
  readonly surname: string
  readonly phone: string
  readonly email: string
  readonly comment: string
  readonly card: number
  readonly note: string
}

/** A record of this person, who stands wherever YClients may put him, and where it does not. */
const recordOf = ({ name, surname, phone, email, comment, card, note }: Person) => ({
  ...paid.data,
  comment,
  client: {
    ...paid.data.client,
    ...{
      id: card,
      name,
      surname,
      patronymic: surname,
      display_name: `${name} ${surname}`,
      phone,
      email,
      comment: note,
    },
    custom_fields: { [note]: phone },
    client_tags: [{ id: 1, title: surname }],
  },
  clients: [{ id: card, name, phone }],
  comer: { name, phone },
  comer_person_info: { name, surname, phone },
  api_id: email,
  from_url: `https://example.com/?phone=${phone}`,
  custom_fields: { [name]: note, other: [phone, { deep: email }] },
  [phone]: name,
  record_labels: [{ id: 1, title: note }],
  documents: [{ id: 2, comment: note }],
  finance_transactions: [{ client: { name, phone } }],
})

const letters = fc.string({
  unit: fc.constantFrom(...'абвгдежзиклмнопрстуфхцчшщэюя'),
  minLength: 4,
  maxLength: 12,
})
const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count })
const PERSON: fc.Arbitrary<Person> = fc.record({
  // The first letter and the last two digits are what may show.
  name: letters.map((rest) => `И${rest}`),
  surname: letters.map((rest) => `Я${rest}`),
  phone: digits(8).map((middle) => `+7${middle}12`),
  email: fc.tuple(letters, letters).map(([user, host]) => `${user}@${host}.example`),
  comment: fc.oneof(letters, digits(11), fc.string()),
  card: fc.integer({ min: 1, max: 2_000_000_000 }),
  note: fc.oneof(letters, digits(11), fc.string()),
})

const fragments = (text: string) => {
  const all = []
  for (let start = 0; start + 4 <= text.length; start++) all.push(text.slice(start, start + 4))
  return all
}

describe('what is kept of a body', () => {
  test('is the same whoever the person is', () => {
    fc.assert(
      fc.property(PERSON, PERSON, (one, other) => {
        fc.pre(!/код|code/i.test(one.comment + other.comment) && one.comment !== '' && other.comment !== '')
        fc.pre(one.note !== '' && other.note !== '')
        expect(masked(recordOf(one))).toBe(masked(recordOf(other)))
      }),
    )
  })

  test.each(['record', 'client', 'goods_operations_sale'])(
    'of a %s has no four characters in a row of anything personal',
    (resource) => {
      // What stands there without the person: ids and times may share digits with his phone by chance.
      const nobody = { name: '', surname: '', phone: '', email: '', comment: '', card: 0, note: '' }
      const always = masked(recordOf(nobody), resource)
      fc.assert(
        fc.property(PERSON, (person) => {
          const kept = masked(recordOf(person), resource)
          for (const value of Object.values(person)) {
            for (const fragment of fragments(String(value))) {
              if (kept.includes(fragment)) expect(always).toContain(fragment)
            }
          }
        }),
      )
    },
  )

  test('fits into four kilobytes, whatever came', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 3, maxKeys: 50 }), fc.nat(100), PERSON, (odd, count, person) => {
        const services = Array.from({ length: count }, () => ({ ...modern.data.services[0], ...odd }))
        const body = masked({ ...odd, ...recordOf(person), services })
        expect(new TextEncoder().encode(body).byteLength).toBeLessThan(4096)
      }),
    )
  })

  test('of a record are its numbers, times, sums and attendance, and that there was somebody', () => {
    expect(maskBody('record', { ...paid.data, comment: 'Код клиента: ABC12345, звонить мужу' })).toEqual({
      id: 617013608,
      company_id: 438616,
      staff_id: 8014942,
      visit_id: 686422144,
      api_id: '•••',
      date: '2025-07-13 12:10:00',
      datetime: '2025-07-13T12:10:00+05:00',
      create_date: '2025-07-13T11:49:08+0500',
      last_change_date: '2025-07-13T12:15:24+0500',
      comment: '••• код •••45',
      attendance: 1,
      visit_attendance: 1,
      confirmed: 1,
      seance_length: 1500,
      length: 1500,
      paid_full: 1,
      online: false,
      deleted: false,
      services: [
        {
          id: 1371174,
          cost: 4000,
          cost_to_pay: 4000,
          manual_cost: 4000,
          discount: 0,
          first_cost: 4000,
          amount: 1,
          '…': 2,
        },
      ],
      client: {
        id: '•••',
        name: 'А•••',
        surname: '',
        patronymic: '',
        display_name: 'А•••',
        comment: '',
        phone: '•••01',
        email: '',
        '…': 8,
      },
      '…': 30,
    })
  })

  test.each([
    ['an absent phone', { client: { phone: '' } }, { client: { phone: '' } }],
    ['a phone that our token may not see', { client: { phone: '+7916*****12' } }, { client: { phone: '***' } }],
    ['a phone where a number belongs', { id: 79161234567 }, { id: '•••' }],
    ['a phone without its country where a number belongs', { visit_id: 3_161_234_567 }, { visit_id: '•••' }],
    ['the same as text', { staff_id: '3000000000' }, { staff_id: '•••' }],
    ['a number that is no phone', { id: 2_999_999_999 }, undefined],
    ['a phone where a time belongs', { date: '+79161234567' }, { date: '•••' }],
    ['a phone where a sum belongs', { services: [{ cost: '89161234567' }] }, { services: [{ cost: '•••' }] }],
    ['a name where a flag belongs', { deleted: 'Иван' }, { deleted: '•••' }],
    ['no client', { client: null }, { client: null }],
    ['an empty client of PHP', { client: [] }, { client: [] }],
    ['a client who is a text', { client: 'Иван Петров' }, { client: '•••' }],
    ['our own name of a visit', { api_id: 'spa-00000000-0000-4000-8000-000000000001' }, undefined],
    ['a name of one letter', { client: { name: 'И' } }, { client: { name: '•••' } }],
  ])('shows %s', (_, data, expected) => {
    expect(maskBody('record', data)).toEqual(expected ?? data)
  })

  test.each(['Иван Петров +79161234567', null, 5, [{ phone: '+79161234567' }]])('is nothing of %j', (data) => {
    expect(masked(data)).not.toMatch(/Иван|916/)
  })

  test('a resource or status that is no plain word is not repeated', () => {
    expect(['record', 'goods_operations_sale', 'Иван Петров', '79161234567', ''].map(plainWord)).toEqual([
      'record',
      'goods_operations_sale',
      '•••',
      '•••',
      '•••',
    ])
  })
})
