import { beforeEach, describe, expect, test } from 'vitest'
import { type Catcher, createCatcher } from '../../dev/messages/catcher.ts'

const NOON = Date.parse('2026-09-15T12:00:00+03:00')
const ORIGIN = 'http://messages.example'
let catcher: Catcher

beforeEach(() => {
  catcher = createCatcher({ now: () => NOON })
})

async function read(response: Response) {
  const text = await response.text()
  return { status: response.status, text, body: /^[{[]/.test(text) ? JSON.parse(text) : null }
}

const get = async (path: string) => read(await catcher.fetch(new Request(`${ORIGIN}${path}`)))

const sms = async (params: Record<string, string>) =>
  read(
    await catcher.fetch(
      new Request(`${ORIGIN}/sms/send`, {
        method: 'POST',
        body: new URLSearchParams({ api_id: 'smsru-demo', to: '79000000001', msg: 'Привет', json: '1', ...params }),
      }),
    ),
  )

const MAIL = {
  recipients: [{ email: 'anna@example.com' }],
  subject: 'Код',
  from_email: 'salon@spa.test',
  from_name: 'Лотос',
  body: { plaintext: 'Код 123456' },
}

const mail = async (message: unknown = MAIL, key = 'unisender-demo') =>
  read(
    await catcher.fetch(
      new Request(`${ORIGIN}/ru/transactional/api/v1/email/send.json`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ message }),
      }),
    ),
  )

const turn = async (knobs: unknown) =>
  read(await catcher.fetch(new Request(`${ORIGIN}/__control/knobs`, { method: 'PUT', body: JSON.stringify(knobs) })))

describe('SMS.ru', () => {
  test('an SMS is accepted with a number of its own and caught', async () => {
    const { status, body } = await sms({ from: 'LOTOS' })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 'OK',
      status_code: 100,
      sms: { '79000000001': { status: 'OK', status_code: 100, sms_id: '000000-1' } },
      balance: 4122.56,
    })
    expect(catcher.messages).toEqual([
      {
        id: '1',
        at: NOON,
        channel: 'sms',
        to: '+79000000001',
        from: 'LOTOS',
        subject: '',
        text: 'Привет',
        test: false,
      },
    ])
  })

  test('each number of one request has its own verdict', async () => {
    const { body } = await sms({ to: '79000000001,12' })
    expect(body.sms).toMatchObject({ '79000000001': { status_code: 100 }, '12': { status: 'ERROR', status_code: 202 } })
    expect(catcher.messages).toHaveLength(1)
  })

  test('texts may differ by number, and without json=1 the answer is lines', async () => {
    const { text } = await sms({ to: '', 'to[79000000001]': 'раз', 'to[79000000002]': 'два', json: '0' })
    expect(text).toBe('100\n000000-1\n000000-2\nbalance=4122.56')
    expect(catcher.messages.map(({ to, text }) => [to, text])).toEqual([
      ['+79000000001', 'раз'],
      ['+79000000002', 'два'],
    ])
  })

  test('a wrong api_id is refused with HTTP 200 and code 200, and nothing is caught', async () => {
    const { status, body } = await sms({ api_id: 'someone-else' })
    expect(status).toBe(200)
    expect(body).toEqual({ status: 'ERROR', status_code: 200, status_text: expect.any(String) })
    expect(catcher.messages).toEqual([])
  })

  test.each([
    ['no_money', 201],
    ['bad_number', 202],
    ['stop_list', 209],
  ])('with the knob at %s the number is refused with %i', async (way, code) => {
    await turn({ sms: way })
    const { body } = await sms({})
    expect(body).toMatchObject({ status_code: 100, sms: { '79000000001': { status: 'ERROR', status_code: code } } })
    expect(catcher.messages).toEqual([])
  })

  test.each([
    ['no_sender', 204],
    ['busy', 220],
  ])('with the knob at %s the request is refused with %i', async (way, code) => {
    await turn({ sms: way })
    expect((await sms({})).body).toMatchObject({ status: 'ERROR', status_code: code })
    expect(catcher.messages).toEqual([])
  })

  test('when it is down there is an HTML page and 502', async () => {
    await turn({ sms: 'down' })
    const { status, body } = await sms({})
    expect([status, body]).toEqual([502, null])
  })

  test('a slow answer comes in the end', async () => {
    await turn({ sms: 'slow', slowMs: 5 })
    expect((await sms({})).body.status_code).toBe(100)
  })
})

describe('UniSender Go', () => {
  test('a mail is accepted and caught', async () => {
    const { status, body } = await mail()
    expect(status).toBe(200)
    expect(body).toEqual({ status: 'success', job_id: 'job-1', emails: ['anna@example.com'] })
    expect(catcher.messages).toMatchObject([
      {
        channel: 'email',
        to: 'anna@example.com',
        from: 'Лотос <salon@spa.test>',
        subject: 'Код',
        text: 'Код 123456',
      },
    ])
  })

  test('a wrong key is 401', async () => {
    expect(await mail(MAIL, 'someone-else')).toMatchObject({ status: 401, body: { status: 'error', code: 102 } })
  })

  test.each([
    ['subject', { ...MAIL, subject: '' }],
    ['sender', { ...MAIL, from_email: undefined }],
    ['text', { ...MAIL, body: {} }],
    ['recipient', { ...MAIL, recipients: [] }],
    ['everything', null],
  ])('without %s it is 400', async (_, message) => {
    expect(await mail(message)).toMatchObject({ status: 400, body: { status: 'error' } })
    expect(catcher.messages).toEqual([])
  })

  test('an address that is none fails alone', async () => {
    const { body } = await mail({ ...MAIL, recipients: [{ email: 'anna@example.com' }, { email: 'nobody' }] })
    expect(body).toMatchObject({ emails: ['anna@example.com'], failed_emails: { nobody: 'invalid' } })
    expect(catcher.messages).toHaveLength(1)
  })

  test.each([
    ['down', 502, null],
    ['busy', 429, { status: 'error' }],
    ['no_sender', 400, { status: 'error' }],
    ['rejected', 200, { status: 'success', emails: [], failed_emails: { 'anna@example.com': 'unsubscribed' } }],
    ['all_rejected', 400, { status: 'error', failed_emails: { 'anna@example.com': 'unsubscribed' } }],
  ])('with the knob at %s it answers %i and catches nothing', async (way, status, body) => {
    await turn({ mail: way })
    const answer = await mail()
    expect(answer.status).toBe(status)
    if (body) expect(answer.body).toMatchObject(body)
    else expect(answer.body).toBeNull()
    expect(catcher.messages).toEqual([])
  })
})

describe('what was caught', () => {
  test('is listed newest first, by recipient and channel, and no more than asked for', async () => {
    await sms({ msg: 'один' })
    await sms({ msg: 'два' })
    await sms({ to: '79000000002', msg: 'три' })
    await mail()
    const texts = async (query: string) => (await get(`/messages${query}`)).body.map((m: { text: string }) => m.text)
    expect(await texts('')).toEqual(['Код 123456', 'три', 'два', 'один'])
    expect(await texts('?to=+79000000001')).toEqual(['два', 'один'])
    expect(await texts('?to=Anna@Example.com')).toEqual(['Код 123456'])
    expect(await texts('?channel=sms&limit=1')).toEqual(['три'])
    expect((await get('/messages?limit=none')).status).toBe(422)
  })

  test('is no more than two hundred messages', async () => {
    for (let n = 1; n <= 201; n++) await sms({ msg: `текст ${n}` })
    const { body } = await get('/messages')
    expect(body).toHaveLength(200)
    expect([body[0].text, body.at(-1).text]).toEqual(['текст 201', 'текст 2'])
  })

  test('can be thrown away', async () => {
    await sms({})
    const thrown = await catcher.fetch(new Request(`${ORIGIN}/messages`, { method: 'DELETE' }))
    expect(thrown.status).toBe(204)
    expect((await get('/messages')).body).toEqual([])
  })

  test('is shown on a page on which nothing of it is markup', async () => {
    await mail({ ...MAIL, subject: '<script>alert(1)</script>', body: { plaintext: '<img src=x onerror=alert(2)>' } })
    await sms({ from: '"><b>', msg: 'второе' })
    const { text } = await get('/')
    expect(text).not.toMatch(/<script|<img|<b>/)
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text.indexOf('второе')).toBeLessThan(text.indexOf('alert(2)'))
  })
})

test.each([[{ sms: 'sideways' }], [{ mail: 'slow', telepathy: 'ok' }], [{ slowMs: -1 }], [[]], ['down']])(
  'knobs that do not exist are refused and turn nothing: %j',
  async (knobs) => {
    expect((await turn(knobs)).status).toBe(422)
    expect((await get('/__control/knobs')).body).toEqual({ sms: 'ok', mail: 'ok', push: 'ok', slowMs: 20_000 })
  },
)
