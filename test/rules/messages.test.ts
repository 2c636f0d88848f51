import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { translateCloudflare } from '../../src/notifications/cloudflare/translate.ts'
import { translateSmsru } from '../../src/notifications/smsru/translate.ts'
import { type CodeText, codeMessage } from '../../src/notifications/texts.ts'
import { translateUnisender } from '../../src/notifications/unisender/translate.ts'

describe('what SMS.ru says', () => {
  const ofAll = (code: number | string) => ({ status: 200, body: { status: 'ERROR', status_code: code } })
  const ofNumber = (code: number | string) => ({
    status: 200,
    body: { status: 'OK', status_code: 100, sms: { '79000000001': { status: 'ERROR', status_code: code } } },
  })

  test.each([
    [100, 'accepted'],
    [102, 'accepted'],
    ['100', 'accepted'],
    [220, 'unavailable'],
    [500, 'unavailable'],
    [202, 'recipient_refused'],
    [207, 'recipient_refused'],
    [209, 'recipient_refused'],
    [230, 'recipient_refused'],
    [231, 'recipient_refused'],
    [201, 'account_trouble'],
    [204, 'account_trouble'],
    [206, 'account_trouble'],
    [300, 'account_trouble'],
    [999, 'account_trouble'],
  ])('code %s of the number means %s', (code, kind) => {
    expect(translateSmsru(ofNumber(code))).toMatchObject({ kind })
  })

  test.each([
    [200, 'account_trouble', 'smsru_200'],
    [220, 'unavailable', 'smsru_220'],
    [202, 'recipient_refused', 'smsru_202'],
  ])('code %i of the whole request means %s', (number, kind, code) => {
    expect(translateSmsru(ofAll(number))).toMatchObject({ kind, code })
  })

  test.each([
    ['no answer', undefined, 'smsru_no_answer'],
    ['a page of a proxy', { status: 502, body: undefined }, 'smsru_http_502'],
    ['another JSON', { status: 200, body: ['ok'] }, 'smsru_http_200'],
    ['a success that names no number', { status: 200, body: { status_code: 100, sms: [] } }, 'smsru_no_number'],
  ])('%s is tried again', (_, answer, code) => {
    expect(translateSmsru(answer)).toMatchObject({ kind: 'unavailable', code })
  })
})

describe('what UniSender Go says', () => {
  const failed = (why: string, status = 200) => ({
    status,
    body: { status: status === 200 ? 'success' : 'error', code: 204, failed_emails: { 'anna@example.com': why } },
  })

  test.each([
    ['success', { status: 200, body: { status: 'success', job_id: 'x', emails: ['a@b.ru'] } }],
    ['success with an empty list of failures', { status: 200, body: { status: 'success', failed_emails: [] } }],
    ['a duplicate', failed('duplicate')],
  ])('%s is accepted', (_, answer) => {
    expect(translateUnisender(answer)).toEqual({ kind: 'accepted' })
  })

  test.each([
    ['unsubscribed', failed('unsubscribed'), 'unisender_unsubscribed'],
    ['a mailbox that is out of order', failed('temporary_unavailable'), 'unisender_temporary_unavailable'],
    ['the only address refused', failed('invalid', 400), 'unisender_invalid'],
    ['a reason with the address in it', failed('anna@example.com is odd'), 'unisender_failed'],
  ])('%s concerns this recipient only', (_, answer, code) => {
    expect(translateUnisender(answer)).toMatchObject({ kind: 'recipient_refused', code })
  })

  test.each([
    [400, 213, 'account_trouble', 'unisender_400_213'],
    [401, 102, 'account_trouble', 'unisender_401_102'],
    [403, undefined, 'account_trouble', 'unisender_403'],
    [429, 902, 'unavailable', 'unisender_429_902'],
    [500, 1, 'unavailable', 'unisender_500_1'],
  ])('HTTP %i with code %s means %s', (status, number, kind, code) => {
    expect(translateUnisender({ status, body: { status: 'error', message: 'x', code: number } })).toMatchObject({
      kind,
      code,
    })
  })

  test.each([
    ['no answer', undefined],
    ['a page of a proxy', { status: 502, body: undefined }],
    ['a page that calls itself fine', { status: 200, body: undefined }],
  ])('%s is tried again', (_, answer) => {
    expect(translateUnisender(answer)).toMatchObject({ kind: 'unavailable' })
  })
})

describe('what Cloudflare says', () => {
  test.each([
    ['E_RATE_LIMIT_EXCEEDED', 'unavailable'],
    ['E_INTERNAL_SERVER_ERROR', 'unavailable'],
    ['E_RECIPIENT_SUPPRESSED', 'recipient_refused'],
    ['E_SENDER_NOT_VERIFIED', 'account_trouble'],
    ['E_DAILY_LIMIT_EXCEEDED', 'account_trouble'],
    ['E_NOBODY_KNOWS', 'account_trouble'],
  ])('%s means %s', (code, kind) => {
    const error = Object.assign(new Error('to anna@example.com'), { code })
    expect(translateCloudflare(error)).toMatchObject({ kind, code: `cloudflare_${code}` })
  })

  test.each([[new Error('anna@example.com')], [Object.assign(new Error(), { code: 'anna@example.com' })], [undefined]])(
    'an error without a code of theirs is tried again and not repeated: %j',
    (error) => {
      const delivery = translateCloudflare(error)
      expect(delivery.kind).toBe('unavailable')
      expect(JSON.stringify(delivery)).not.toContain('anna')
    },
  )
})

describe('the text with a code', () => {
  const texts: CodeText[] = (['ru', 'en'] as const).flatMap((language) =>
    (['login', 'contact'] as const).flatMap((purpose) =>
      (['sms', 'email'] as const).map((channel) => ({
        channel,
        code: '048213',
        salonName: 'Лотос',
        language,
        purpose,
      })),
    ),
  )

  test.each(texts)('has the code, the warning and the salon: $language $purpose $channel', (wanted) => {
    const { text } = codeMessage(wanted)
    expect(text.match(/\d{6}/g)).toEqual(['048213'])
    expect(text.indexOf('048213')).toBeLessThan(25)
    expect(text).toMatch(wanted.language === 'ru' ? /никому (его )?не сообщайте/i : /tell nobody/i)
    expect(text).toContain('Лотос')
  })

  test('says what it is for', () => {
    const sms = { channel: 'sms', code: '048213', salonName: 'Лотос', language: 'ru' } as const
    expect(codeMessage({ ...sms, purpose: 'login' })).toEqual({
      subject: '',
      text: 'Код входа 048213. Никому не сообщайте. Лотос',
    })
    expect(codeMessage({ ...sms, purpose: 'contact' }).text).toBe(
      'Код подтверждения 048213. Никому не сообщайте. Лотос',
    )
  })

  test('of a mail has a subject, of an SMS none', () => {
    for (const wanted of texts) {
      expect(codeMessage(wanted).subject).toEqual(wanted.channel === 'sms' ? '' : expect.stringContaining('048213'))
    }
  })

  test('fits one SMS whatever the salon is called', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts.filter(({ channel }) => channel === 'sms')),
        fc.string({ unit: fc.constantFrom('Л', '🌸', ' '), minLength: 1, maxLength: 40, size: 'max' }),
        (wanted, salonName) => {
          const { text } = codeMessage({ ...wanted, salonName })
          expect(text.length).toBeLessThanOrEqual(70)
          expect(text.isWellFormed()).toBe(true)
          expect(text).toContain('048213')
        },
      ),
    )
  })
})
