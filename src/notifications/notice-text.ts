import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import type { NoticeKind } from './notice.ts'
import { oneLine, shortened } from './one-line.ts'
import { charactersOfOne } from './sms-length.ts'

/** What a notice is made of. Names come from outside and are cleaned here. */
export interface NoticeFacts {
  readonly kind: NoticeKind
  readonly language: Language
  readonly salonName: string
  readonly zone: string
  readonly visit:
    | { readonly serviceName: string; readonly staffName: string | null; readonly startsAt: number }
    | undefined
  readonly previousStartsAt: number | null
  readonly cancelledBy: 'client' | 'salon'
  readonly points: number
  readonly balancePoints: number
  readonly amountKopecks: number
  readonly expiresAt: number | null
}

export interface NoticeText {
  /** Of a push, and how a mail's subject begins. */
  readonly title: string
  readonly sentences: readonly string[]
  /** One SMS, never two: it costs as much again. */
  readonly sms: string
}

/** A notice in words. Pure. */
export function noticeText(facts: NoticeFacts): NoticeText {
  const { title, sentences, brief } = (facts.language === 'en' ? english : russian)(facts)
  return { title, sentences, sms: smsOf(brief, oneLine(facts.salonName)) }
}

interface Said {
  readonly title: string
  readonly sentences: readonly string[]
  /** What has to be in the SMS, and what may be cut if there is no room. */
  readonly brief: readonly [must: string, may: string]
}

function russian(facts: NoticeFacts): Said {
  const { visit, points, balancePoints, previousStartsAt } = facts
  const on = (instant: number) => `${dayOf(instant, facts.zone, 'ru-RU')} в ${timeOf(instant, facts.zone)}`
  const short = (instant: number) => `${shortDay(instant, facts.zone)} в ${timeOf(instant, facts.zone)}`
  const service = oneLine(visit?.serviceName ?? '')
  const master = visit?.staffName ? `, мастер ${oneLine(visit.staffName)}` : ''
  const startsAt = visit?.startsAt ?? 0
  const what = visit ? `${service}: ${on(startsAt)}${master}.` : ''
  const sum = money(facts.amountKopecks, 'ru')
  const bonuses = `${points} ${RU_POINTS[plural(points)]}`
  const onVisit = visit ? [what] : []
  switch (facts.kind) {
    case 'booking_made':
      return { title: 'Вы записаны', sentences: [what], brief: [`Вы записаны ${short(startsAt)}`, service] }
    case 'booking_moved': {
      const before = previousStartsAt === null ? [] : [`Раньше было: ${on(previousStartsAt)}.`]
      return {
        title: 'Запись перенесена',
        sentences: [what, ...before],
        brief: [`Запись перенесена на ${short(startsAt)}`, service],
      }
    }
    case 'booking_cancelled': {
      const own = facts.cancelledBy === 'client'
      const title = own ? 'Вы отменили запись' : 'Салон отменил запись'
      const then = own ? [] : ['Пожалуйста, выберите другое время.']
      return { title, sentences: [what, ...then], brief: [`${title} ${short(startsAt)}`, service] }
    }
    case 'payment_confirmed':
      return {
        title: 'Запись оплачена',
        sentences: [what, `Получено: ${sum}.`],
        brief: [`Оплачено ${sum}, ждём вас ${short(startsAt)}`, service],
      }
    case 'reminder_24h':
    case 'reminder_2h':
      return {
        title: 'Напоминание о записи',
        sentences: [what, 'Ждём вас!'],
        brief: [`Ждём вас ${short(startsAt)}`, service],
      }
    case 'hold_expiring':
      return {
        title: 'Время держим ещё немного',
        sentences: [what, 'Подтвердите запись, иначе время освободится.'],
        brief: [`Подтвердите запись ${short(startsAt)}`, service],
      }
    case 'bonuses_accrued':
      return {
        title: `Начислено: ${bonuses}`,
        sentences: [...onVisit, `Всего у вас ${balancePoints} ${RU_POINTS[plural(balancePoints)]}.`],
        brief: [`Начислено: ${bonuses}`, ''],
      }
    case 'bonuses_expiring': {
      const until = facts.expiresAt === null ? 'скоро' : dayOf(facts.expiresAt, facts.zone, 'ru-RU')
      return {
        title: `Сгорят: ${bonuses}`,
        sentences: [`Срок: ${until}. Успейте потратить их на визит.`],
        brief: [`Сгорят ${until}: ${bonuses}`, ''],
      }
    }
    case 'refund_made':
      return {
        title: `Возврат: ${sum}`,
        sentences: [...onVisit, 'Деньги придут на карту, с которой вы платили, в течение нескольких дней.'],
        brief: [`Возврат ${sum}, придёт на вашу карту`, service],
      }
  }
}

function english(facts: NoticeFacts): Said {
  const { visit, points, balancePoints, previousStartsAt } = facts
  const on = (instant: number) => `${dayOf(instant, facts.zone, 'en-GB')} at ${timeOf(instant, facts.zone)}`
  const service = oneLine(visit?.serviceName ?? '')
  const master = visit?.staffName ? `, with ${oneLine(visit.staffName)}` : ''
  const startsAt = visit?.startsAt ?? 0
  const what = visit ? `${service}: ${on(startsAt)}${master}.` : ''
  const sum = money(facts.amountKopecks, 'en')
  const bonuses = `${points} ${points === 1 ? 'bonus point' : 'bonus points'}`
  const onVisit = visit ? [what] : []
  switch (facts.kind) {
    case 'booking_made':
      return { title: 'You are booked', sentences: [what], brief: [`Booked for ${on(startsAt)}`, service] }
    case 'booking_moved': {
      const before = previousStartsAt === null ? [] : [`It was: ${on(previousStartsAt)}.`]
      return {
        title: 'Your visit has moved',
        sentences: [what, ...before],
        brief: [`Your visit is now ${on(startsAt)}`, service],
      }
    }
    case 'booking_cancelled': {
      const own = facts.cancelledBy === 'client'
      const title = own ? 'You cancelled your visit' : 'The salon cancelled your visit'
      const then = own ? [] : ['Please choose another time.']
      return { title, sentences: [what, ...then], brief: [`${title} of ${on(startsAt)}`, service] }
    }
    case 'payment_confirmed':
      return {
        title: 'Your visit is paid for',
        sentences: [what, `Received: ${sum}.`],
        brief: [`Paid ${sum}, see you ${on(startsAt)}`, service],
      }
    case 'reminder_24h':
    case 'reminder_2h':
      return {
        title: 'Your visit',
        sentences: [what, 'See you soon!'],
        brief: [`Your visit: ${on(startsAt)}`, service],
      }
    case 'hold_expiring':
      return {
        title: 'Your time is kept a little longer',
        sentences: [what, 'Confirm it, or it will be free for others.'],
        brief: [`Confirm your visit of ${on(startsAt)}`, service],
      }
    case 'bonuses_accrued':
      return {
        title: `You got ${bonuses}`,
        sentences: [...onVisit, `You have ${balancePoints} in all.`],
        brief: [`You got ${bonuses}`, ''],
      }
    case 'bonuses_expiring': {
      const until = facts.expiresAt === null ? 'soon' : `on ${dayOf(facts.expiresAt, facts.zone, 'en-GB')}`
      return {
        title: `${bonuses} will expire`,
        sentences: [`They expire ${until}. Spend them on a visit before.`],
        brief: [`${bonuses} will expire ${until}`, ''],
      }
    }
    case 'refund_made':
      return {
        title: `Refund: ${sum}`,
        sentences: [...onVisit, 'The money comes to the card you paid with, within some days.'],
        brief: [`Refund ${sum}, it comes to your card`, service],
      }
  }
}

/** The salon's name comes last and whole if it can: who writes is more than which massage. */
function smsOf([must, may]: Said['brief'], salonName: string): string {
  const whole = [must, may, salonName].filter((part) => part !== '').join('. ')
  const room = charactersOfOne(whole)
  if (whole.length <= room) return whole
  const salon = shortened(salonName, room - must.length - 2)
  const left = room - must.length - salon.length - 4
  const middle = left >= 6 ? shortened(may, left) : ''
  const cut = [must, middle, salon].filter((part) => part !== '').join('. ')
  // The sign of a cut is of no old alphabet: then 70 have to do.
  return cut.length <= charactersOfOne(cut) ? cut : shortened(cut, charactersOfOne(cut))
}

const RU_POINTS = { one: 'бонус', few: 'бонуса', many: 'бонусов' } as const

function plural(count: number): keyof typeof RU_POINTS {
  const rule = new Intl.PluralRules('ru').select(count)
  return rule === 'one' || rule === 'few' ? rule : 'many'
}

/** With plain spaces: those that do not break are not in every phone's SMS. */
const money = (kopecks: number, language: Language) => formatKopecks(kopecks, language).replaceAll(/\s/g, ' ')

const dayOf = (instant: number, zone: string, locale: string) =>
  new Intl.DateTimeFormat(locale, { timeZone: zone, day: 'numeric', month: 'long' }).format(instant)

const timeOf = (instant: number, zone: string) => formatInZone(instant, zone).slice(11, 16)

/** "20.09". */
function shortDay(instant: number, zone: string): string {
  const [, month, day] = formatInZone(instant, zone).slice(0, 10).split('-')
  return `${day}.${month}`
}
