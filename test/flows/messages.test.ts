import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { OutgoingMessage } from '../../src/messages.ts'
import { channelIsOn } from '../../src/notifications/deliver.ts'
import { sendAtOnce } from '../../src/notifications/send-message.ts'
import { checkAdminHealth } from '../../src/ops/health/check-admin-health.ts'
import { parseConfig } from '../../src/platform/config.ts'
import { rows } from '../support/salon.ts'
import { ADMIN, NOON, startWorld, type World } from '../support/world.ts'

const MINUTE = 60_000
const PHONE = '+79000000001'
const MAIL = 'anna@example.com'

const sms: OutgoingMessage = {
  kind: 'send-message',
  id: 'a-code',
  channel: 'sms',
  to: PHONE,
  subject: '',
  text: 'Код входа 048213',
  expiresAt: NOON + 5 * MINUTE,
}
const mail: OutgoingMessage = { ...sms, id: 'a-mail', channel: 'email', to: MAIL, subject: 'Код входа' }
/** Worth sending whenever it succeeds. */
const reminder: OutgoingMessage = { ...sms, id: 'a-reminder', text: 'Ждём вас завтра в 12:00', expiresAt: null }

/** A world whose settings differ from those of the tests. */
const startWorldWith = (settings: Record<string, string>) =>
  startWorld({ config: parseConfig({ ...env, ...settings }) })

const parked = () =>
  rows<{ key: string; reason: string; message: string }>('select key, reason, message from parked_work')
/** How much waits for a person. */
const waiting = async (world: World) => {
  const { parked, alarms } = (await checkAdminHealth(world.ctx)).signs
  return parked + alarms
}

/** Nothing of a message may stand in the log or, if it carries a code, in the database. */
function expectSecrecy(world: World, stored: unknown = null) {
  expect(JSON.stringify([world.logged, stored])).not.toMatch(/9000000001|anna|048213|Ждём/)
}

describe('a message sent at once', () => {
  test('reaches a phone by SMS.ru', async () => {
    const world = startWorld()
    await sendAtOnce(world.ctx, sms)
    expect(world.inbox.messages).toMatchObject([{ channel: 'sms', to: PHONE, text: 'Код входа 048213', test: false }])
    expect(world.queued).toEqual([])
    expect(world.logged).toMatchObject([{ level: 'info', event: 'message.accepted', fields: { message_id: 'a-code' } }])
    expectSecrecy(world)
  })

  test('tells SMS.ru the agreed sender, and not to deliver in test mode', async () => {
    const world = startWorldWith({ SMSRU_SENDER: 'LOTOS', SMSRU_TEST: 'true' })
    await sendAtOnce(world.ctx, sms)
    expect(world.inbox.messages).toMatchObject([{ from: 'LOTOS', test: true }])
  })

  test('reaches a mailbox by UniSender Go, signed with the salon’s name', async () => {
    const world = startWorld()
    await sendAtOnce(world.ctx, mail)
    expect(world.inbox.messages).toMatchObject([
      { channel: 'email', to: MAIL, from: 'Лотос <salon@spa.test>', subject: 'Код входа', text: 'Код входа 048213' },
    ])
    expectSecrecy(world)
  })

  test.each(['down', 'busy', 'no_money', 'no_sender'] as const)(
    'waits in the queue when SMS.ru is “%s”, and leaves when that is over',
    async (way) => {
      const world = startWorld()
      world.inbox.knobs.sms = way
      await sendAtOnce(world.ctx, sms)
      expect(world.inbox.messages).toEqual([])
      expect(world.queued).toMatchObject([{ queue: 'spa-messages', body: sms }])
      world.inbox.knobs.sms = 'ok'
      await world.drain()
      expect(world.inbox.messages).toHaveLength(1)
      expect(await parked()).toEqual([])
      expectSecrecy(world)
    },
  )

  test.each(['down', 'busy', 'no_sender'] as const)(
    'waits in the queue when UniSender is “%s”, and leaves when that is over',
    async (way) => {
      const world = startWorld()
      world.inbox.knobs.mail = way
      await sendAtOnce(world.ctx, mail)
      expect(world.queued).toHaveLength(1)
      world.inbox.knobs.mail = 'ok'
      await world.drain()
      expect(world.inbox.messages).toHaveLength(1)
      expectSecrecy(world)
    },
  )

  test('does not wait for a provider that does not answer', async () => {
    const world = startWorld()
    world.inbox.knobs.sms = 'slow'
    await sendAtOnce(world.ctx, sms)
    expect(world.logged).toMatchObject([{ event: 'message.unavailable', fields: { code: 'smsru_no_answer' } }])
    expect(world.queued).toHaveLength(1)
  })

  test.each(['bad_number', 'stop_list'] as const)(
    'is over when SMS.ru refuses the number (%s): said by code, neither repeated nor parked',
    async (way) => {
      const world = startWorld()
      world.inbox.knobs.sms = way
      await sendAtOnce(world.ctx, sms)
      expect(world.queued).toEqual([])
      expect(world.logged).toMatchObject([
        {
          level: 'warn',
          event: 'message.recipient_refused',
          fields: { code: expect.stringMatching(/^smsru_20[29]$/) },
        },
      ])
      expectSecrecy(world)
    },
  )

  test.each(['rejected', 'all_rejected'] as const)('is over when UniSender refuses the address (%s)', async (way) => {
    const world = startWorld()
    world.inbox.knobs.mail = way
    await sendAtOnce(world.ctx, mail)
    expect(world.queued).toEqual([])
    expect(world.logged).toMatchObject([
      { event: 'message.recipient_refused', fields: { code: 'unisender_unsubscribed' } },
    ])
    expectSecrecy(world)
  })

  test('is not lost silently: if neither provider nor queue takes it, the caller learns it', async () => {
    const send = async () => {
      throw new Error('the queue is down')
    }
    const world = startWorld({ messages: { send, sendBatch: send } })
    world.inbox.knobs.sms = 'down'
    await expect(sendAtOnce(world.ctx, sms)).rejects.toThrow('the queue is down')
  })
})

describe('a one-time code from the queue', () => {
  test('is tried again after short pauses until it would expire; then only the trouble is parked', async () => {
    const world = startWorld()
    world.inbox.knobs.sms = 'down'
    await sendAtOnce(world.ctx, sms)
    const pauses = [(world.queued[0]?.dueAt ?? 0) - NOON]
    world.clock.now += pauses[0] ?? 0
    for (let attempts = 1; attempts < 20; attempts++) {
      const { retried } = await world.consume('messages', [sms], attempts)
      if (retried.length === 0) break
      pauses.push((retried[0]?.delaySeconds ?? 0) * 1000)
      world.clock.now += pauses.at(-1) ?? 0
    }
    expect(pauses.map((ms) => ms / 1000)).toEqual([5, 10, 20, 40, 60, 60, 60])
    expect(world.clock.now).toBeLessThan(NOON + 5 * MINUTE)
    const stored = await parked()
    expect(stored).toEqual([
      {
        key: 'channel:sms',
        reason: 'smsru_http_502: SMS.ru answers with something else',
        message: '{"kind":"undelivered-codes","channel":"sms"}',
      },
    ])
    expect(await waiting(world)).toBeGreaterThan(0)
    expectSecrecy(world, stored)
  })

  test('waits a minute at a time for a person to pay, who reads why in the list of parked work', async () => {
    const world = startWorld()
    world.inbox.knobs.sms = 'no_money'
    const { retried } = await world.consume('messages', [sms])
    expect(retried).toMatchObject([{ delaySeconds: 60 }])
    world.clock.now = NOON + 4 * MINUTE + 1
    await world.consume('messages', [sms], 2)
    const list = await (await world.call('GET', '/api/v1/admin/parked', { as: ADMIN })).json()
    expect(list).toMatchObject([{ key: 'channel:sms', reason: 'smsru_201: no money on the account' }])
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 'error', event: 'message.account_trouble' }))
    expectSecrecy(world, list)
  })

  test('is not sent once it has expired', async () => {
    const world = startWorld()
    world.clock.now = NOON + 5 * MINUTE
    const { acked } = await world.consume('messages', [sms, mail])
    expect(acked).toHaveLength(2)
    expect(world.inbox.messages).toEqual([])
    const stored = await parked()
    expect(stored).toMatchObject([
      { key: 'channel:sms', reason: 'expired before it could be sent' },
      { key: 'channel:email', reason: 'expired before it could be sent' },
    ])
    expectSecrecy(world, stored)
  })

  test('shares its row with all others of its channel, and comes back after it was dismissed', async () => {
    const world = startWorld()
    world.clock.now = NOON + 5 * MINUTE
    await world.consume('messages', [sms, { ...sms, id: 'another', to: '+79000000002' }])
    expect(await rows('select key, times_parked from parked_work')).toEqual([{ key: 'channel:sms', times_parked: 2 }])
    await world.call('POST', '/api/v1/admin/parked/1/dismiss', { as: ADMIN })
    expect(await waiting(world)).toBe(0)
    await world.consume('messages', [sms])
    expect(await waiting(world)).toBe(1)
  })

  test('cannot be replayed, since nothing of it was kept', async () => {
    const world = startWorld()
    world.clock.now = NOON + 5 * MINUTE
    await world.consume('messages', [sms])
    const answer = await world.call('POST', '/api/v1/admin/parked/1/replay', { as: ADMIN })
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([409, 'not_replayable'])
    expect(world.queued).toEqual([])
    expect(await waiting(world)).toBeGreaterThan(0)
  })

  test('that died in the queue is parked as trouble of its channel', async () => {
    const world = startWorld()
    const { acked } = await world.consume('dead', [sms])
    expect(acked).toHaveLength(1)
    const stored = await parked()
    expect(stored).toMatchObject([{ key: 'channel:sms', reason: 'retries exhausted' }])
    expectSecrecy(world, stored)
  })
})

test.each(['messages', 'dead'] as const)(
  'a code that cannot be read (queue: %s) is parked without what is in it',
  async (queue) => {
    const world = startWorld()
    await world.consume(queue, [
      { ...sms, channel: 'pigeon' },
      { ...reminder, channel: 'pigeon' },
    ])
    const stored = await parked()
    expect(stored.map(({ message }) => JSON.parse(message))).toEqual([null, { ...reminder, channel: 'pigeon' }])
    expectSecrecy(world, stored[0])
  },
)

describe('a message that is always worth sending', () => {
  test('is tried for an hour, then parked whole, and leaves when it is replayed', async () => {
    const world = startWorld()
    world.inbox.knobs.sms = 'down'
    await sendAtOnce(world.ctx, reminder)
    await world.drain()
    expect(world.clock.now - NOON).toBeGreaterThan(50 * MINUTE)
    expect(await parked()).toEqual([
      {
        key: 'message:a-reminder',
        reason: expect.stringMatching(/^smsru_http_502/),
        message: JSON.stringify(reminder),
      },
    ])
    expectSecrecy(world)

    world.inbox.knobs.sms = 'ok'
    const answer = await world.call('POST', '/api/v1/admin/parked/1/replay', { as: ADMIN })
    expect(answer.status).toBe(202)
    expect(world.queued).toMatchObject([{ queue: 'spa-messages', body: reminder }])
    await world.drain()
    expect(world.inbox.messagesTo(PHONE)).toMatchObject([{ text: reminder.text }])
    expect(await waiting(world)).toBe(0)
  })

  test('stays parked if the queue does not take the replay', async () => {
    const send = async () => {
      throw new Error('the queue is down')
    }
    const broken = startWorld({ messages: { send, sendBatch: send } })
    await broken.consume('dead', [reminder])
    const answer = await broken.call('POST', '/api/v1/admin/parked/1/replay', { as: ADMIN })
    expect(answer.status).toBe(500)
    expect(await waiting(broken)).toBe(1)
  })
})

test('each message of a batch ends by itself: one that cannot be read takes no other along', async () => {
  const world = startWorld()
  world.inbox.knobs.mail = 'down'
  const { all } = await world.consume('messages', [{ kind: 'send-message', channel: 'pigeon' }, mail, sms])
  expect(all.map(({ ended }) => ended)).toEqual(['acked', 'retried', 'acked'])
  expect(world.inbox.messages).toMatchObject([{ to: PHONE }])
  expect(await parked()).toMatchObject([{ key: expect.stringMatching(/^unreadable:/) }])
})

describe('switched off', () => {
  test.each([
    [{}, true, true],
    [{ MESSAGES_ENABLED: 'false' }, false, false],
    [{ SMS_PROVIDER: 'off' }, false, true],
    [{ MAIL_PROVIDER: 'off' }, true, false],
  ])('with %j SMS are on: %s, mails are on: %s', async (settings, smsIsOn, mailIsOn) => {
    const world = startWorldWith(settings)
    expect(channelIsOn(world.ctx.config, 'sms')).toBe(smsIsOn)
    expect(channelIsOn(world.ctx.config, 'email')).toBe(mailIsOn)
    await sendAtOnce(world.ctx, sms)
    const { acked } = await world.consume('messages', [mail])
    expect(acked).toHaveLength(1)
    expect(world.inbox.messages.map(({ channel }) => channel)).toEqual([
      ...(smsIsOn ? ['sms'] : []),
      ...(mailIsOn ? ['email'] : []),
    ])
    expect(world.queued).toEqual([])
    const off = world.logged.filter(({ event }) => event === 'message.switched_off')
    expect(off).toHaveLength(Number(!smsIsOn) + Number(!mailIsOn))
  })
})

describe('mail by Cloudflare', () => {
  const settings = { MAIL_PROVIDER: 'cloudflare' }

  /** A binding that does as told, and what it was asked to send. */
  function startWithMailer(send: () => Promise<EmailSendResult>) {
    const asked: unknown[] = []
    const mailer = {
      send: (message: unknown) => {
        asked.push(message)
        return send()
      },
    }
    return { asked, world: startWorld({ config: parseConfig({ ...env, ...settings }), mailer }) }
  }
  const refusing = (code: string) => async () => {
    throw Object.assign(new Error(`${MAIL} is refused`), { code })
  }

  test('is handed to the binding', async () => {
    const { world, asked } = startWithMailer(async () => ({ messageId: 'm' }))
    await sendAtOnce(world.ctx, mail)
    expect(asked).toEqual([
      {
        from: { email: 'salon@spa.test', name: 'Лотос' },
        to: MAIL,
        subject: 'Код входа',
        text: 'Код входа 048213',
      },
    ])
    expect(world.queued).toEqual([])
  })

  test('is taken by a real binding', async () => {
    const world = startWorldWith(settings)
    expect(world.ctx.mailer).toBeDefined()
    await sendAtOnce(world.ctx, mail)
    expect(world.logged).toMatchObject([{ level: 'info', event: 'message.accepted' }])
  })

  test('without a binding is trouble that the owner is told of', async () => {
    const world = startWorld({ config: parseConfig({ ...env, ...settings }), mailer: undefined })
    await sendAtOnce(world.ctx, mail)
    await world.drain()
    expect(await parked()).toMatchObject([
      { key: 'channel:email', reason: 'cloudflare_no_binding: wrangler.toml has no send_email binding' },
    ])
  })

  test.each([
    ['E_SENDER_NOT_VERIFIED', 'message.account_trouble', 1],
    ['E_RATE_LIMIT_EXCEEDED', 'message.unavailable', 1],
    ['E_RECIPIENT_SUPPRESSED', 'message.recipient_refused', 0],
  ])('%s is %s', async (code, event, waiting) => {
    const { world } = startWithMailer(refusing(code))
    await sendAtOnce(world.ctx, mail)
    expect(world.logged).toMatchObject([{ event, fields: { code: `cloudflare_${code}` } }])
    expect(world.queued).toHaveLength(waiting)
    expectSecrecy(world)
  })

  test('that hangs is given up and tried again', async () => {
    const { world } = startWithMailer(() => new Promise(() => {}))
    await sendAtOnce(world.ctx, mail)
    expect(world.logged).toMatchObject([{ event: 'message.unavailable' }])
    expect(world.queued).toHaveLength(1)
  })
})
