import { describe, expect, test } from 'vitest'
import { calendarOf } from '../../src/notifications/calendar.ts'
import { channelsFor } from '../../src/notifications/choices.ts'
import { decideNotice, type Undecided } from '../../src/notifications/decide-notice.ts'
import { mailOf } from '../../src/notifications/letter.ts'
import type { NoticeKind } from '../../src/notifications/notice.ts'
import { type NoticeFacts, noticeText } from '../../src/notifications/notice-text.ts'
import { quietAround, reminderTime } from '../../src/notifications/quiet-hours.ts'
import { smsSegments } from '../../src/notifications/sms-length.ts'
import { HOUR_MS, MINUTE_MS, parseWallTime } from '../../src/platform/time.ts'

const MOSCOW = 'Europe/Moscow'
const BERLIN = 'Europe/Berlin'
const QUIET = { fromMinute: 21 * 60, toMinute: 9 * 60 }

const at = (text: string, zone = MOSCOW) => {
  const instant = parseWallTime(text, zone)
  if (instant === undefined) throw new Error(`no time: ${text}`)
  return instant
}

describe('quiet hours', () => {
  test.each([
    ['2026-09-15 20:59', undefined],
    ['2026-09-15 21:00', ['2026-09-15 21:00', '2026-09-16 09:00']],
    ['2026-09-15 23:59', ['2026-09-15 21:00', '2026-09-16 09:00']],
    ['2026-09-16 00:00', ['2026-09-15 21:00', '2026-09-16 09:00']],
    ['2026-09-16 08:59', ['2026-09-15 21:00', '2026-09-16 09:00']],
    ['2026-09-16 09:00', undefined],
  ])('go over midnight: %s', (time, silence) => {
    const expected = silence && { from: at(silence[0] ?? ''), to: at(silence[1] ?? '') }
    expect(quietAround(at(time), QUIET, MOSCOW)).toEqual(expected)
  })

  test.each([
    // Clocks go from 2:00 to 3:00: the night has eleven hours.
    ['2026-03-29 04:00', '2026-03-28 21:00', '2026-03-29 09:00', 11],
    // From 3:00 to 2:00: thirteen.
    ['2026-10-25 01:00', '2026-10-24 21:00', '2026-10-25 09:00', 13],
  ])('begin and end by the wall clock in a night in which it changes: %s', (time, from, to, hours) => {
    const silence = quietAround(at(time, BERLIN), QUIET, BERLIN)
    expect(silence).toEqual({ from: at(from, BERLIN), to: at(to, BERLIN) })
    expect(((silence?.to ?? 0) - (silence?.from ?? 0)) / HOUR_MS).toBe(hours)
  })

  test('may lie within a day, or not be', () => {
    const siesta = { fromMinute: 13 * 60, toMinute: 15 * 60 }
    expect(quietAround(at('2026-09-15 14:00'), siesta, MOSCOW)?.to).toBe(at('2026-09-15 15:00'))
    expect(quietAround(at('2026-09-15 23:00'), siesta, MOSCOW)).toBeUndefined()
    expect(quietAround(at('2026-09-15 23:00'), undefined, MOSCOW)).toBeUndefined()
  })
})

describe('a reminder leaves', () => {
  test.each([
    ['reminder_24h', '2026-09-16 12:00', '2026-09-15 12:00'],
    ['reminder_2h', '2026-09-16 12:00', '2026-09-16 10:00'],
    // In the morning, if that is early enough.
    ['reminder_24h', '2026-09-16 22:00', '2026-09-16 09:00'],
    ['reminder_2h', '2026-09-16 10:30', '2026-09-16 09:00'],
    // Else on the evening before.
    ['reminder_2h', '2026-09-16 09:30', '2026-09-15 20:59'],
    ['reminder_24h', '2026-09-16 08:00', '2026-09-15 09:00'],
  ] as const)('%s of a visit at %s: %s', (kind, visit, expected) => {
    expect(reminderTime(kind, at(visit), QUIET, MOSCOW)).toBe(at(expected))
  })

  test('by the wall clock also where the night is an hour shorter', () => {
    expect(reminderTime('reminder_2h', at('2026-03-29 09:30', BERLIN), QUIET, BERLIN)).toBe(
      at('2026-03-28 20:59', BERLIN),
    )
  })
})

describe('whether a notice is sent', () => {
  const NOW = at('2026-09-15 12:00')
  const visit = {
    status: 'confirmed',
    startsAt: NOW + 48 * HOUR_MS,
    holdExpiresAt: null,
    cancelledBy: null,
    lastChange: 0,
  } as const
  const decide = (fields: Partial<Undecided>, now = NOW) =>
    decideNotice(
      {
        kind: 'booking_made',
        version: 1,
        dueAt: NOW,
        clientIsGone: false,
        visit,
        previousStartsAt: null,
        saidByPayment: false,
        points: 0,
        ...fields,
      },
      now,
      { quietHours: QUIET },
      MOSCOW,
    )
  const skipped = (reason: string) => ({ kind: 'skip', reason })
  const NIGHT = at('2026-09-15 23:00')
  const MORNING = at('2026-09-16 09:00')

  test.each<[string, Partial<Undecided>, object]>([
    ['a visit that stands', {}, { kind: 'send' }],
    ['an erased client', { clientIsGone: true }, skipped('client_gone')],
    ['a visit that was cancelled', { visit: { ...visit, status: 'cancelled' } }, skipped('cancelled')],
    ['a visit that has changed since', { visit: { ...visit, lastChange: 2 } }, skipped('superseded')],
    ['a visit that has begun', { visit: { ...visit, startsAt: NOW } }, skipped('over')],
    ['what the confirmation of payment says', { saidByPayment: true }, skipped('said_by_payment')],
    ['a cancellation taken back', { kind: 'booking_cancelled' }, skipped('not_cancelled')],
    ['a reminder of the old time', { kind: 'reminder_24h', version: 5 }, skipped('moved')],
    ['bonuses that were taken back', { kind: 'bonuses_accrued', points: 0 }, skipped('taken_back')],
    ['bonuses', { kind: 'bonuses_accrued', points: 10 }, { kind: 'send' }],
    [
      'a refund of a cancelled visit',
      { kind: 'refund_made', visit: { ...visit, status: 'cancelled' } },
      { kind: 'send' },
    ],
    ['a hold that was confirmed', { kind: 'hold_expiring' }, skipped('no_longer_held')],
  ])('%s', (_, fields, verdict) => {
    expect(decide(fields)).toEqual(verdict)
  })

  test('a hold that was made longer is warned of later', () => {
    const held = (minutes: number) => ({
      ...visit,
      status: 'pending' as const,
      holdExpiresAt: NOW + minutes * MINUTE_MS,
    })
    expect(decide({ kind: 'hold_expiring', visit: held(3) })).toEqual({ kind: 'send' })
    expect(decide({ kind: 'hold_expiring', visit: held(20) })).toEqual({ kind: 'wait', until: NOW + 17 * MINUTE_MS })
    expect(decide({ kind: 'hold_expiring', visit: held(0.2) })).toEqual(skipped('no_longer_held'))
  })

  test.each<[string, Partial<Undecided>, object]>([
    ['an answer to what the client has just done leaves', {}, { kind: 'send' }],
    ['a move waits', { kind: 'booking_moved' }, { kind: 'wait', until: MORNING }],
    ['bonuses wait', { kind: 'bonuses_accrued', points: 1 }, { kind: 'wait', until: MORNING }],
    [
      'a move of a visit of the early morning leaves',
      { kind: 'booking_moved', previousStartsAt: MORNING + HOUR_MS },
      { kind: 'send' },
    ],
    [
      'a cancellation by the salon waits',
      { kind: 'booking_cancelled', visit: { ...visit, status: 'cancelled', cancelledBy: 'admin:1' } },
      { kind: 'wait', until: MORNING },
    ],
    [
      'a cancellation by the client is answered',
      { kind: 'booking_cancelled', visit: { ...visit, status: 'cancelled', cancelledBy: 'client:1' } },
      { kind: 'send' },
    ],
    [
      'a reminder that still helps in the morning waits',
      { kind: 'reminder_24h', version: NIGHT + 23 * HOUR_MS, visit: { ...visit, startsAt: NIGHT + 23 * HOUR_MS } },
      { kind: 'wait', until: MORNING },
    ],
    [
      'a reminder that would come too late in the morning stays away',
      { kind: 'reminder_2h', version: MORNING, visit: { ...visit, startsAt: MORNING } },
      skipped('too_late'),
    ],
    [
      'unless it was meant for the evening and is hardly late',
      { kind: 'reminder_2h', version: MORNING, visit: { ...visit, startsAt: MORNING }, dueAt: NIGHT - 20 * MINUTE_MS },
      { kind: 'send' },
    ],
  ])('at night: %s', (_, fields, verdict) => {
    expect(decide(fields, NIGHT)).toEqual(verdict)
  })
})

describe('the channel', () => {
  const everything = { push: true, email: true, sms: true }
  const best = (kind: NoticeKind, has: Partial<typeof everything>, off: string[] = [], refusedBy: string[] = []) =>
    channelsFor(kind, { has: { push: false, email: false, sms: false, ...has }, mayUse: () => true, off, refusedBy })

  test.each<[NoticeKind, Partial<typeof everything>, string[], string[]]>([
    ['booking_made', everything, [], ['email', 'push', 'sms']],
    ['reminder_24h', everything, [], ['push', 'email', 'sms']],
    ['reminder_2h', everything, [], ['push', 'sms', 'email']],
    ['bonuses_accrued', everything, [], ['push', 'email']],
    ['hold_expiring', { email: true, sms: true }, [], []],
    ['booking_made', { sms: true }, [], ['sms']],
    ['booking_made', everything, ['email'], ['push', 'sms']],
    ['booking_made', everything, ['booking_made:email', 'reminder_2h:push'], ['push', 'sms']],
    ['booking_made', everything, ['email', 'push', 'sms'], []],
  ])('of %s to a client with %j who wants no %j is one of %j', (kind, has, off, channels) => {
    expect(best(kind, has, off).channels).toEqual(channels)
  })

  test('that has refused him is not tried again', () => {
    expect(best('booking_made', everything, [], ['email']).channels).toEqual(['push', 'sms'])
  })
})

const facts: NoticeFacts = {
  kind: 'booking_made',
  language: 'ru',
  salonName: 'Лотос',
  zone: MOSCOW,
  visit: { serviceName: 'Массаж', staffName: 'Мария Образцова', startsAt: at('2026-09-20 12:00') },
  previousStartsAt: at('2026-09-19 10:30'),
  cancelledBy: 'salon',
  points: 257,
  balancePoints: 1021,
  amountKopecks: 514_750,
  expiresAt: at('2026-10-01 00:00'),
}
const textOf = (kind: NoticeKind, language: 'ru' | 'en', more: Partial<NoticeFacts> = {}) => {
  const { title, sentences, sms } = noticeText({ ...facts, kind, language, ...more })
  return [title, sentences.join(' '), sms]
}

describe('the text in Russian', () => {
  test.each<[NoticeKind, string[]]>([
    [
      'booking_made',
      [
        'Вы записаны',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова.',
        'Вы записаны 20.09 в 12:00. Массаж. Лотос',
      ],
    ],
    [
      'booking_moved',
      [
        'Запись перенесена',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Раньше было: 19 сентября в 10:30.',
        'Запись перенесена на 20.09 в 12:00. Массаж. Лотос',
      ],
    ],
    [
      'booking_cancelled',
      [
        'Салон отменил запись',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Пожалуйста, выберите другое время.',
        'Салон отменил запись 20.09 в 12:00. Массаж. Лотос',
      ],
    ],
    [
      'payment_confirmed',
      [
        'Запись оплачена',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Получено: 5 147,50 ₽.',
        'Оплачено 5 147,50 ₽, ждём вас 20.09 в 12:00. Массаж. Лотос',
      ],
    ],
    [
      'reminder_24h',
      [
        'Напоминание о записи',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Ждём вас!',
        'Ждём вас 20.09 в 12:00. Массаж. Лотос',
      ],
    ],
    [
      'hold_expiring',
      [
        'Время держим ещё немного',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Подтвердите запись, иначе время освободится.',
        'Подтвердите запись 20.09 в 12:00. Массаж. Лотос',
      ],
    ],
    [
      'bonuses_accrued',
      [
        'Начислено: 257 бонусов',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Всего у вас 1021 бонус.',
        'Начислено: 257 бонусов. Лотос',
      ],
    ],
    [
      'bonuses_expiring',
      [
        'Сгорят: 257 бонусов',
        'Срок: 1 октября. Успейте потратить их на визит.',
        'Сгорят 1 октября: 257 бонусов. Лотос',
      ],
    ],
    [
      'refund_made',
      [
        'Возврат: 5 147,50 ₽',
        'Массаж: 20 сентября в 12:00, мастер Мария Образцова. Деньги придут на карту, с которой вы платили, в течение нескольких дней.',
        'Возврат 5 147,50 ₽, придёт на вашу карту. Массаж. Лотос',
      ],
    ],
  ])('of %s', (kind, texts) => {
    expect(textOf(kind, 'ru')).toEqual(texts)
  })

  test('says who cancelled', () => {
    expect(textOf('booking_cancelled', 'ru', { cancelledBy: 'client' })[0]).toBe('Вы отменили запись')
  })
})

describe('the text in English', () => {
  test.each<[NoticeKind, string[]]>([
    [
      'booking_made',
      [
        'You are booked',
        'Массаж: 20 September at 12:00, with Мария Образцова.',
        'Booked for 20 September at 12:00. Массаж. Лотос',
      ],
    ],
    [
      'booking_cancelled',
      [
        'The salon cancelled your visit',
        'Массаж: 20 September at 12:00, with Мария Образцова. Please choose another time.',
        'The salon cancelled your visit of 20 September at 12:00. Массаж. Лотос',
      ],
    ],
    [
      'reminder_2h',
      [
        'Your visit',
        'Массаж: 20 September at 12:00, with Мария Образцова. See you soon!',
        'Your visit: 20 September at 12:00. Массаж. Лотос',
      ],
    ],
    [
      'bonuses_expiring',
      [
        '257 bonus points will expire',
        'They expire on 1 October. Spend them on a visit before.',
        '257 bonus points will expire on 1 October. Лотос',
      ],
    ],
  ])('of %s', (kind, texts) => {
    expect(textOf(kind, 'en')).toEqual(texts)
  })
})

describe('an SMS', () => {
  const KINDS: NoticeKind[] = [
    'booking_made',
    'booking_moved',
    'booking_cancelled',
    'payment_confirmed',
    'reminder_2h',
    'refund_made',
    'bonuses_expiring',
  ]
  test.each(KINDS)('of %s is never two, whatever the names', (kind) => {
    for (const language of ['ru', 'en'] as const) {
      for (const name of ['Я'.repeat(200), 'Massage '.repeat(30), '💆'.repeat(100), 'x']) {
        const [, , sms = ''] = textOf(kind, language, {
          salonName: name.slice(0, 40),
          visit: { serviceName: name, staffName: name, startsAt: at('2026-09-20 12:00') },
        })
        expect(smsSegments(sms)).toBe(1)
        expect(sms.isWellFormed()).toBe(true)
      }
    }
  })

  test.each([
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['я'.repeat(70), 1],
    ['я'.repeat(71), 2],
    ['я'.repeat(135), 3],
  ])('of %s costs %i', (text, count) => {
    expect(smsSegments(text)).toBe(count)
  })
})

describe('names of others', () => {
  const hostile = 'Массаж<img src=x onerror="a">\r\nBcc: all@example.com\u202E & \u0000; \\, x'
  const hostileFacts = {
    ...facts,
    visit: { serviceName: hostile, staffName: hostile, startsAt: at('2026-09-20 12:00') },
  }

  test('stay on their line, and are no markup in a mail', () => {
    const said = noticeText(hostileFacts)
    for (const text of [said.title, ...said.sentences, said.sms]) expect(text).not.toMatch(/[\p{Cc}\u202E]/u)
    const mail = mailOf(said, {
      language: 'ru',
      salonName: 'Spa <b>\n',
      unsubscribeUrl: 'https://spa.example/?a=1&b="',
    })
    expect(mail.subject).toBe('Вы записаны — Spa <b>')
    expect(mail.html).not.toContain('<img')
    expect(mail.html).toContain('Массаж&lt;img src=x onerror=&quot;a&quot;&gt; Bcc: all@example.com &amp; ; \\, x')
    expect(mail.html).toContain('Spa &lt;b&gt;')
    expect(mail.html).toContain('href="https://spa.example/?a=1&amp;b=&quot;"')
  })

  test('are no lines of a calendar file, whose lines hold 75 bytes', () => {
    const file = calendarOf(
      {
        bookingId: 17,
        revision: 3,
        startsAt: at('2026-09-20 12:00'),
        endsAt: at('2026-09-20 13:00'),
        summary: hostile.repeat(3),
        salonName: 'Spa "x"; y',
        from: 'salon@spa.test',
        to: 'anna@example.com',
        cancelled: false,
      },
      at('2026-09-15 12:00'),
    )
    const lines = file.split('\r\n')
    expect(lines.filter((line) => /^(BCC|Bcc)/.test(line))).toEqual([])
    for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
    const unfolded = file.replaceAll('\r\n ', '')
    expect(unfolded).toContain('Bcc: all@example.com & \\; \\\\\\, x')
    expect(unfolded).toContain(`ORGANIZER;CN="Spa 'x'; y":mailto:salon@spa.test\r\n`)
    expect(unfolded.split('\r\n')).toHaveLength(18)
  })
})
