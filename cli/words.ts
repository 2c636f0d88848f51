import type { Said } from './language.ts'

/** Words of the API, as people say them. */
export const WORDS: Readonly<Record<'source' | 'status' | 'match' | 'run' | 'mode', Readonly<Record<string, Said>>>> = {
  source: { yclients: { ru: 'YClients', en: 'YClients' }, internal: { ru: 'наша запись', en: 'booked here' } },
  status: {
    pending: { ru: 'ожидает', en: 'pending' },
    confirmed: { ru: 'подтверждён', en: 'confirmed' },
    completed: { ru: 'завершён', en: 'completed' },
    cancelled: { ru: 'отменён', en: 'cancelled' },
    no_show: { ru: 'не пришёл', en: 'no-show' },
  },
  match: {
    code: { ru: 'есть код', en: 'has a code' },
    email: { ru: 'нет кода, по e-mail', en: 'no code, by e-mail' },
    phone: { ru: 'нет кода, по телефону', en: 'no code, by phone' },
    manual: { ru: 'указан вручную', en: 'said by hand' },
    none: { ru: 'не в приложении', en: 'not in the app' },
    ambiguous: { ru: 'подходят двое', en: 'two fit' },
    no_contact: { ru: 'нет ни кода, ни контакта', en: 'neither code nor contact' },
    technical: { ru: 'служебная запись', en: 'technical record' },
  },
  run: {
    running: { ru: 'идёт', en: 'running' },
    failing: { ru: 'не проходит', en: 'failing' },
    finished: { ru: 'закончена', en: 'finished' },
    failed: { ru: 'не удалась', en: 'failed' },
  },
  mode: { full: { ru: 'всё', en: 'everything' }, incremental: { ru: 'изменившееся', en: 'changes' } },
}

/** An instant of the API, which carries the branch's offset, as the branch's clock shows it: "15.09.2026 13:00". */
export function sayTime(instant: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(instant) ?? []
  return time === undefined ? instant : `${day}.${month}.${year} ${time}`
}
