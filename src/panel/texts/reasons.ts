import type { Language } from '../../platform/problem.ts'

type Said = readonly [text: string, remedy: string]

const WAIT_RU = 'Подождите и повторите; если не проходит, откройте проверку настроек'
const WAIT_EN = 'Wait and replay; if it stays, open the check of settings'

/** Why work did not get through, by the words that the code notes for it: what it means and what to do. First match wins. */
const REASONS: readonly (readonly [pattern: RegExp, ru: Said, en: Said])[] = [
  [
    /^yclients_refused/,
    ['YClients отказал в доступе', 'Проверьте токены и права в проверке настроек, затем повторите'],
    ['YClients refused access', 'Look at tokens and rights in the check of settings, then replay'],
  ],
  [/^yclients_unavailable/, ['YClients не отвечал', WAIT_RU], ['YClients did not answer', WAIT_EN]],
  [/^yclients_rate_limited/, ['YClients просил подождать', WAIT_RU], ['YClients asked to wait', WAIT_EN]],
  [
    /^yclients_busy/,
    ['В YClients это время занято', 'Согласуйте с клиентом другое время и закройте'],
    ['The time is taken in YClients', 'Agree another time with the client and dismiss'],
  ],
  [
    /^yclients_rejected|^YClients does not take/,
    [
      'YClients не принял запись',
      'Проверьте услугу и мастера в YClients, повторите или заведите запись там и закройте',
    ],
    ['YClients did not accept the visit', 'Check service and master in YClients, replay, or book it there and dismiss'],
  ],
  [
    /^yclients_not_found/,
    ['В YClients этого уже нет', 'Проверьте журнал YClients и закройте'],
    ['YClients no longer has it', "Look at YClients' journal and dismiss"],
  ],
  [
    /^unreadable field|another record|not an event envelope/,
    ['Данные YClients не читаются', 'Откройте запись в YClients, сохраните её заново и повторите'],
    ['The data of YClients cannot be read', 'Open the record in YClients, save it again, and replay'],
  ],
  [
    /^unreadable/,
    ['Задание написано другой версией программы', 'Обновите программу и повторите, или закройте'],
    ['The work was written by another version of the program', 'Update the program and replay, or dismiss'],
  ],
  [
    /^retries exhausted|^unforeseen|^settling failed/,
    ['Слишком много неудачных попыток', 'Повторите; если не проходит, посмотрите журнал Cloudflare'],
    ['Too many failed attempts', "Replay; if it stays, look at Cloudflare's log"],
  ],
  [
    /^the record lacks/,
    ['В записи YClients нет услуги или времени', 'Дополните запись в YClients и повторите'],
    ['The record in YClients has no service or no time', 'Complete the record in YClients and replay'],
  ],
  [
    /^the database refused/,
    ['База данных не приняла запись: она противоречива', 'Сверьте запись в YClients, исправьте и повторите'],
    ['The database refused the record: it contradicts itself', 'Look at the record in YClients, mend it and replay'],
  ],
  [
    /^the queue refused/,
    ['Очередь Cloudflare не приняла задание', 'Запустите синхронизацию ещё раз'],
    ["Cloudflare's queue did not take the work", 'Start the synchronisation again'],
  ],
  [
    /^unusually many codes/,
    ['Необычно много запросов кодов входа', 'Если это не реклама и не сбой, ждите: лимит спадёт сам. Затем закройте'],
    [
      'Unusually many codes are asked for',
      'Unless you advertise right now, wait: the limit ends by itself. Then dismiss',
    ],
  ],
  [
    /^unusually many wrong/,
    ['Необычно много неверных кодов: кто-то подбирает', 'Входы уже ограничены. Проверьте завтра и закройте'],
    [
      'Unusually many wrong codes: somebody is guessing',
      'Signing in is limited already. Look again tomorrow and dismiss',
    ],
  ],
  [
    /expired before/,
    ['Сообщение устарело, пока ждало отправки', 'Проверьте провайдера сообщений и закройте'],
    ['The message was too old before it could be sent', 'Check the provider of messages and dismiss'],
  ],
  [
    /^(smsru|unisender|cloudflare)_/,
    ['Сообщение не отправилось', 'Проверьте счёт и настройки провайдера, затем повторите'],
    ['The message was not sent', "Check the provider's account and settings, then replay"],
  ],
]

export interface SaidReason {
  readonly text: string
  readonly remedy: string | undefined
}

/** A reason in words; one that nobody has put into words yet, as it stands. */
export function sayReason(reason: string, language: Language): SaidReason {
  const [, ru, en] = REASONS.find(([pattern]) => pattern.test(reason)) ?? []
  const said = language === 'en' ? en : ru
  return said ? { text: said[0], remedy: said[1] } : { text: reason, remedy: undefined }
}
