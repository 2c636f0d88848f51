import { expect, test } from 'vitest'
import { handleScheduled } from '../../src/handlers/scheduled.ts'
import { fillOutbox, fillOutboxByCron } from '../../src/notifications/fill-outbox.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/platform/time.ts'
import { addVisit, cancelVisit, moveVisit, noticesNow, startTelling } from '../support/notices.ts'
import { addUser, rows } from '../support/salon.ts'
import { CLIENT, NOON } from '../support/world.ts'

const MAIL = 'anna@example.com'
const PHONE = '+79000000001'
const TUESDAY = NOON + 7 * DAY_MS

test('a client is told once of a visit, however often the outbox is filled and the message comes', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  await addVisit(world, anna, TUESDAY)
  await fillOutbox(world.ctx)
  await fillOutbox(world.ctx)
  const [first] = world.queued
  await world.drain()
  await world.consume('messages', [first?.body, first?.body], 2)
  await handleScheduled(world.ctx)
  await world.drain()
  expect(world.inbox.messagesTo(MAIL)).toMatchObject([
    { subject: 'Вы записаны — Лотос', text: 'Вы записаны\n\nМассаж: 22 сентября в 12:00.\n\nЛотос' },
  ])
  expect(await noticesNow()).toEqual([{ kind: 'booking_made', state: 'sent', reason: null, channel: 'email' }])
})

test('two messages of one notice at the same moment make one SMS', async () => {
  const world = startTelling()
  await addVisit(world, await addUser({ phone: PHONE }), TUESDAY)
  await fillOutbox(world.ctx)
  const [message] = world.queued
  await world.consume('messages', [message?.body, message?.body, message?.body])
  expect(world.inbox.messagesTo(PHONE)).toHaveLength(1)
})

test('of a visit that is moved twice only the last time is told', async () => {
  const world = startTelling()
  const id = await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
  await moveVisit(world, id, TUESDAY + HOUR_MS)
  await moveVisit(world, id, TUESDAY + 2 * HOUR_MS)
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.inbox.messagesTo(MAIL)).toMatchObject([
    { text: 'Запись перенесена\n\nМассаж: 22 сентября в 14:00.\n\nРаньше было: 22 сентября в 13:00.\n\nЛотос' },
  ])
  expect(await noticesNow()).toMatchObject([
    { kind: 'booking_made', state: 'skipped', reason: 'superseded' },
    { kind: 'booking_moved', state: 'skipped', reason: 'superseded' },
    { kind: 'booking_moved', state: 'sent' },
  ])
})

test('a visit that is cancelled between queue and sending is not announced, its cancellation is', async () => {
  const world = startTelling()
  const id = await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
  await fillOutbox(world.ctx)
  await cancelVisit(world, id, 'admin:1')
  await world.drain()
  expect(world.inbox.messages).toEqual([])
  await fillOutbox(world.ctx)
  await world.drain()
  expect(world.inbox.messagesTo(MAIL)).toMatchObject([{ subject: 'Салон отменил запись — Лотос' }])
  expect(await noticesNow()).toMatchObject([
    { kind: 'booking_made', state: 'skipped', reason: 'cancelled' },
    { kind: 'booking_cancelled', state: 'sent' },
  ])
})

test('what was cancelled and is back is not said to be cancelled', async () => {
  const world = startTelling()
  const id = await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
  await cancelVisit(world, id, 'yclients')
  await rows("update bookings set status = 'confirmed', revision = revision + 1 where id = ? returning id", id)
  await fillOutbox(world.ctx)
  await world.drain()
  expect(await noticesNow()).toMatchObject([
    { kind: 'booking_made', state: 'skipped', reason: 'superseded' },
    { kind: 'booking_cancelled', state: 'skipped', reason: 'not_cancelled' },
    { kind: 'booking_made', state: 'sent' },
  ])
})

test('the calendar file moves and removes the event by its name and its growing number', async () => {
  const world = startTelling()
  const id = await addVisit(world, await addUser({ email: MAIL }), TUESDAY)
  const tell = async () => {
    await fillOutbox(world.ctx)
    await world.drain()
    return world.inbox.messagesTo(MAIL).at(-1)?.calendar ?? ''
  }
  const made = await tell()
  await moveVisit(world, id, TUESDAY + HOUR_MS)
  const moved = await tell()
  await cancelVisit(world, id, 'client:1')
  const cancelled = await tell()
  const field = (name: string) =>
    [made, moved, cancelled].map((file) => new RegExp(`^${name}:(.*)\\r$`, 'm').exec(file)?.[1])
  expect(field('UID')).toEqual(Array(3).fill(`booking-${id}@spa.test`))
  expect(field('SEQUENCE')).toEqual(['1', '2', '3'])
  expect(field('METHOD')).toEqual(['REQUEST', 'REQUEST', 'CANCEL'])
  expect(field('DTSTART')).toEqual(['20260922T090000Z', '20260922T100000Z', '20260922T100000Z'])
})

test('a visit of YClients is announced by YClients, unless the salon wants it from us', async () => {
  const world = startTelling({ NOTICES_OF_YCLIENTS_VISITS: 'booking_moved' })
  const id = await addVisit(world, await addUser({ email: MAIL }), TUESDAY, { source: 'yclients' })
  await moveVisit(world, id, TUESDAY + HOUR_MS)
  await fillOutbox(world.ctx)
  expect(await noticesNow()).toMatchObject([{ kind: 'booking_moved' }])
})

test('visits of nobody, of the past and of long ago are told to nobody', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  await addVisit(world, null, TUESDAY)
  await addVisit(world, anna, NOON - HOUR_MS)
  await addVisit(world, anna, TUESDAY, { madeAt: NOON - 7 * HOUR_MS })
  await fillOutbox(world.ctx)
  expect(await noticesNow()).toEqual([])
})

test('a request is followed by its message without waiting for the cron', async () => {
  const world = startTelling()
  const anna = await addUser({ email: MAIL })
  const id = await addVisit(world, anna, TUESDAY)
  const answer = await world.call('PATCH', `/api/v1/bookings/${id}`, {
    as: CLIENT(anna),
    body: { status: 'cancelled' },
  })
  expect(answer.status).toBe(200)
  expect(world.queued).toMatchObject([{ queue: 'spa-messages', body: { kind: 'fill-outbox' }, dueAt: NOON + 5000 }])
  await world.drain()
  expect(world.inbox.messagesTo(MAIL)).toMatchObject([{ subject: 'Вы отменили запись — Лотос' }])
})

test('reminders leave a day and two hours before, each once, and not for a visit that was just made', async () => {
  const world = startTelling()
  const anna = await addUser({ phone: PHONE })
  await addVisit(world, anna, NOON + 30 * HOUR_MS)
  await addVisit(world, anna, NOON + 3 * HOUR_MS, { madeAt: NOON - 3 * DAY_MS })
  await addVisit(world, anna, NOON + 2.5 * HOUR_MS)
  const sent: string[] = []
  for (let turn = 0; turn < 80; turn++) {
    const before = world.inbox.messages.length
    await fillOutboxByCron(world.ctx)
    const cronAt = world.clock.now
    await world.drain()
    sent.push(...world.inbox.messages.slice(before).map(({ text, at }) => `${(at - NOON) / HOUR_MS}: ${text}`))
    world.clock.now = Math.max(cronAt + 30 * MINUTE_MS, world.clock.now)
  }
  expect(sent.filter((line) => line.includes('Ждём'))).toEqual([
    '1: Ждём вас 15.09 в 15:00. Массаж. Лотос',
    '6: Ждём вас 16.09 в 18:00. Массаж. Лотос',
    '28: Ждём вас 16.09 в 18:00. Массаж. Лотос',
  ])
})

test('a reminder of a visit that has moved since is not sent, and the new time has its own', async () => {
  const world = startTelling()
  const id = await addVisit(world, await addUser({ phone: PHONE }), NOON + 24.5 * HOUR_MS, { madeAt: NOON - DAY_MS })
  await fillOutboxByCron(world.ctx)
  await moveVisit(world, id, NOON + 50 * HOUR_MS)
  await world.drain()
  expect((await noticesNow()).filter(({ kind }) => kind === 'reminder_24h')).toMatchObject([
    { state: 'skipped', reason: 'moved' },
  ])
  world.clock.now = NOON + 26 * HOUR_MS
  await fillOutboxByCron(world.ctx)
  await world.drain()
  expect(world.inbox.messagesTo(PHONE).at(-1)?.text).toBe('Ждём вас 17.09 в 14:00. Массаж. Лотос')
})
