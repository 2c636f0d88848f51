import { describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/platform/time.ts'
import { addUser, MARIA, MASSAGE, openSalon, row, rows } from '../support/salon.ts'
import { codeSentTo, logIn, type Typed } from '../support/sign-in.ts'
import { startWorld, type World } from '../support/world.ts'

const ANNA = { phone: '+79161234567' }
const MAIL = { email: 'anna@example.com' }

const ask = (world: World, token: string, contact: Typed) =>
  world.call('POST', '/api/v1/me/contacts', { token, body: contact })
const confirm = (world: World, token: string, contact: Typed, code = codeSentTo(world, contact)) =>
  world.call('POST', '/api/v1/me/contacts/confirm', { token, body: { ...contact, code } })
const remove = (world: World, token: string, id: number) => world.call('DELETE', `/api/v1/me/contacts/${id}`, { token })

async function add(world: World, token: string, contact: Typed): Promise<Response> {
  expect((await ask(world, token, contact)).status).toBe(202)
  return await confirm(world, token, contact)
}

describe('a new contact', () => {
  test('is the client’s only after the code that was sent to it came back', async () => {
    const world = startWorld()
    const { access_token } = await logIn(world, ANNA)
    await ask(world, access_token, { email: ' Anna@Example.com ' })
    expect(await rows('select value from user_contacts')).toEqual([{ value: ANNA.phone }])
    const refused = await confirm(world, access_token, MAIL, '000000')
    expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'code_wrong' }])
    const answer = await confirm(world, access_token, MAIL)
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      [
        { kind: 'phone', value: ANNA.phone },
        { kind: 'email', value: MAIL.email },
      ],
    ])
    expect(await row("select actor, details from audit_log where action = 'user.add_contact'")).toMatchObject({
      details: JSON.stringify({ after: { kind: 'email' } }),
    })
  })

  test('signs in to the same account', async () => {
    const world = startWorld()
    const { access_token, user_id } = await logIn(world, ANNA)
    await add(world, access_token, MAIL)
    world.clock.now += MINUTE_MS
    expect(await logIn(world, MAIL)).toMatchObject({ user_id, created: false })
  })

  test('brings the earlier visits that name it, with their bonuses', async () => {
    const world = startWorld()
    await openSalon(world)
    const record = world.sim.book({
      staffId: MARIA,
      services: [{ id: MASSAGE }],
      startsAt: '2026-09-15 13:00',
      client: { name: 'Анна', phone: '+79160000001' },
    })
    world.sim.complete(record.id)
    await world.deliverWebhooks()
    await world.drain()
    const { access_token, user_id } = await logIn(world, ANNA)
    expect(await row('select user_id from bookings')).toEqual({ user_id: null })
    await add(world, access_token, { phone: '+79160000001' })
    await world.drain()
    expect(await row('select user_id from bookings')).toEqual({ user_id })
    expect(await rows('select points from bonus_entries where user_id = ?', user_id)).toEqual([{ points: 154 }])
  })

  test('of another account is refused after the proof; asking for the code tells nothing', async () => {
    const world = startWorld()
    await addUser({ email: MAIL.email })
    const { access_token } = await logIn(world, ANNA)
    const [taken, free] = [
      await ask(world, access_token, MAIL),
      await ask(world, access_token, { email: 'x@example.com' }),
    ]
    const said = async (answer: Response) => [answer.status, Object.keys(await answer.json<object>())]
    expect(await said(taken)).toEqual(await said(free))
    const answer = await confirm(world, access_token, MAIL)
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'contact_taken' }])
  })

  test('that two accounts confirm at the same moment goes to one', async () => {
    const world = startWorld()
    const anna = await logIn(world, ANNA)
    const boris = await logIn(world, { phone: '+79160000002' })
    await ask(world, anna.access_token, MAIL)
    const code = codeSentTo(world, MAIL)
    const answers = await Promise.all([anna, boris].map(({ access_token }) => confirm(world, access_token, MAIL, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    expect(await rows("select user_id from user_contacts where kind = 'email'")).toHaveLength(1)
  })

  test('that he has already changes nothing', async () => {
    const world = startWorld()
    const { access_token } = await logIn(world, ANNA)
    world.clock.now += MINUTE_MS
    expect((await add(world, access_token, ANNA)).status).toBe(200)
    expect(await rows('select id from user_contacts')).toHaveLength(1)
    expect(await rows("select id from audit_log where action = 'user.add_contact'")).toEqual([])
  })

  test('is the eleventh for nobody, and the refusal leaves no trace', async () => {
    const world = startWorld()
    const { access_token } = await logIn(world, ANNA)
    for (let i = 1; i < 10; i++) await add(world, access_token, { email: `a${i}@example.com` })
    const answer = await add(world, access_token, { email: 'a10@example.com' })
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'too_many_contacts' }])
    expect(await rows("select id from audit_log where action = 'user.add_contact'")).toHaveLength(9)
  })
})

describe('removing a contact', () => {
  test('takes it off the account and out of the matching; the last one stays', async () => {
    const world = startWorld()
    const { access_token } = await logIn(world, ANNA)
    await add(world, access_token, MAIL)
    const list = await (await world.call('GET', '/api/v1/me/contacts', { token: access_token })).json<
      { id: number }[]
    >()
    const [phone, mail] = list.map(({ id }) => id)
    const removed = await remove(world, access_token, phone ?? 0)
    expect([removed.status, await removed.json()]).toMatchObject([200, [{ id: mail }]])
    const gone = await remove(world, access_token, phone ?? 0)
    expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'contact_not_found' }])
    const last = await remove(world, access_token, mail ?? 0)
    expect([last.status, await last.json()]).toMatchObject([409, { code: 'last_contact' }])
    expect(await rows("select details from audit_log where action = 'user.remove_contact'")).toHaveLength(1)
  })

  test('of both of two at once leaves one', async () => {
    const world = startWorld()
    const { access_token } = await logIn(world, ANNA)
    await add(world, access_token, MAIL)
    const ids = (await rows<{ id: number }>('select id from user_contacts')).map(({ id }) => id)
    const answers = await Promise.all(ids.map((id) => remove(world, access_token, id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await rows('select id from user_contacts')).toHaveLength(1)
  })

  test('of somebody else is not found', async () => {
    const world = startWorld()
    const anna = await addUser({ ...ANNA, ...MAIL })
    const { access_token } = await logIn(world, { phone: '+79160000003' })
    const { id } = await row<{ id: number }>('select min(id) as id from user_contacts where user_id = ?', anna)
    expect((await remove(world, access_token, id)).status).toBe(404)
    expect(await rows('select id from user_contacts where user_id = ?', anna)).toHaveLength(2)
  })
})

test('a client changes his name, which the desk then finds; an empty change is none', async () => {
  const world = startWorld()
  const { access_token } = await logIn(world, ANNA, { name: 'Аня' })
  const rename = (body: unknown) => world.call('PATCH', '/api/v1/me', { token: access_token, body })
  expect(await (await rename({ name: 'Анна', surname: 'Ёлкина' })).json()).toMatchObject({
    name: 'Анна',
    surname: 'Ёлкина',
  })
  expect(await (await rename({})).json()).toMatchObject({ name: 'Анна', surname: 'Ёлкина' })
  expect(await row('select search_name from users')).toEqual({ search_name: 'анна елкина' })
  expect((await rename({ name: '' })).status).toBe(422)
  expect((await rename({ bonus_balance_points: 1000 })).status).toBe(422)
  expect(JSON.stringify(await rows('select details from audit_log'))).not.toContain('Анна')
})
