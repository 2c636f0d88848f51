import { inBoth } from './in-both.ts'

/** Work that was given up on. */
export const parkedTexts = inBoth(
  {
    title: 'Отложенные задания',
    intro: 'То, что не удалось сделать само. Исправьте причину и повторите; что сделано иначе — закройте.',
    list: 'Ждут решения',
    none: 'Ничего не отложено.',
    what: 'Что',
    why: 'Почему',
    since: 'Отложено',
    times: { one: 'раз', few: 'раза', many: 'раз' },
    doing: 'Действия',
    replay: 'Повторить',
    dismiss: 'Закрыть',
    subjects: {
      webhook: 'Вебхук',
      settle: 'Начисление бонусов клиенту',
      'write-booking': 'Передача визита в YClients',
      catalog: 'Обновление каталога',
      'test-record': 'Уборка проверочной записи',
      ledger: 'Проверка бонусов',
      record: 'Чтение записи YClients',
      channel: 'Коды входа не доходят',
      message: 'Сообщение клиенту',
      alarm: 'Тревога',
      unreadable: 'Непонятное задание',
      other: 'Задание',
    },
    done: {
      replayed: 'Отправлено ещё раз. Если снова не получится, задание вернётся сюда.',
      dismissed: 'Закрыто.',
    },
  },
  {
    title: 'Parked work',
    intro: 'What could not be done by itself. Mend the reason and replay; dismiss what was dealt with otherwise.',
    list: 'Waiting for a person',
    none: 'Nothing is parked.',
    what: 'What',
    why: 'Why',
    since: 'Parked',
    times: { one: 'time', few: 'times', many: 'times' },
    doing: 'Actions',
    replay: 'Replay',
    dismiss: 'Dismiss',
    subjects: {
      webhook: 'Webhook',
      settle: 'Bonuses of a client',
      'write-booking': 'Telling YClients of a visit',
      catalog: 'Update of the catalog',
      'test-record': 'Removal of a test record',
      ledger: 'Check of the bonuses',
      record: 'Reading a record of YClients',
      channel: 'Sign-in codes do not arrive',
      message: 'Message to a client',
      alarm: 'Alarm',
      unreadable: 'Unreadable work',
      other: 'Work',
    },
    done: {
      replayed: 'Sent again. If it fails once more it comes back here.',
      dismissed: 'Dismissed.',
    },
  },
)

export type Subject = keyof (typeof parkedTexts)['ru']['subjects']
