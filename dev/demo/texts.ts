import type { Language } from '../local/language.ts'

/** All that the demonstration tells, in both languages. `points` are already written out ("154 бонуса"). */
const ru = {
  title:
    'Спа-салон: запись через YClients и своя, бонусы, оплата, сообщения. Всё происходит на этой машине, люди вымышлены.',
  starting: 'Запускаем симулятор YClients, кассу, базу данных и наш сервис…',
  started: (seconds: string) => `готово за ${seconds}`,
  waiting: (what: string, seconds: string) => `ждём: ${what}, ${seconds}`,
  tooLong: (what: string) => `не дождались: ${what}`,
  failed: (number: number, title: string, why: string) => `Шаг ${number} «${title}» не удался: ${why}`,
  done: (steps: number, seconds: string) => `Все шаги выполнены: ${steps}. Заняло ${seconds}.`,
  points: { one: 'бонус', few: 'бонуса', many: 'бонусов', other: 'бонуса' },
  seconds: (value: string) => `${value} с`,

  anna: { name: 'Анна', surname: 'Демонстрационная' },
  boris: { name: 'Борис', surname: 'Новичков' },

  import: {
    title: 'Первая загрузка журнала YClients',
    note: 'Клиентов в приложении ещё нет, поэтому визиты сохранены и ждут своих владельцев.',
    ok: (visits: number, seconds: string, unmatched: number) =>
      `визитов загружено: ${visits} за ${seconds}, без владельца: ${unmatched}, ошибок: 0`,
  },
  link: {
    title: 'Клиент открывает форму записи в приложении',
    registered: (name: string, phone: string) => `${name} вошла в приложение: код пришёл в СМС на ${phone}.`,
    ok: (code: string) => `код клиента ${code}; в форму уйдёт комментарий «Код клиента: ${code}»`,
  },
  book: {
    title: 'Клиент записывается на странице YClients',
    visit: (service: string, master: string, when: string, price: string) =>
      `${service}, ${master}, ${when}, ${price}.`,
    waiting: 'запись в приложении',
    ok: (seconds: string) => `YClients прислал вебхук, запись в приложении через ${seconds}; клиент узнан по коду`,
  },
  move: {
    title: 'Клиент переносит запись',
    note: (from: string, to: string) => `Было ${from}, стало ${to}.`,
    waiting: 'новое время',
    ok: (seconds: string) => `в приложении новое время через ${seconds}`,
  },
  complete: {
    title: 'Визит завершён, вебхук приходит трижды и с опозданием',
    note: 'Администратор отметил приход (в демонстрации не дожидаемся дня визита).',
    again: 'То же сообщение YClients доставлено ещё дважды, а за ним более старое, о переносе.',
    waitingPoints: 'бонусы',
    waitingEvents: 'разбор повторных сообщений',
    verdicts: (unchanged: number, stale: number) =>
      `повторы ничего не изменили: ${unchanged}, устаревшее отброшено: ${stale}`,
    ok: (price: string, percent: number, exact: string, points: string) =>
      `начислено один раз: ${price} × ${percent} % = ${exact} → ${points} (1 бонус = 1 ₽, дробная часть отброшена)`,
  },
  lost: {
    title: 'Вторая запись: без кода, и вебхук потерялся',
    note: 'Клиент записался по телефону, без комментария; сообщение YClients до нас не дошло.',
    before: 'в приложении записи нет',
    sync: (fetched: number, seconds: string, created: number) =>
      `синхронизация: сверено визитов ${fetched} за ${seconds}, найдено пропущенных: ${created}`,
    ok: 'запись в приложении; клиент узнан по последним 10 цифрам телефона',
  },
  stranger: {
    title: 'Третья запись: человек, которого мы не знаем',
    waiting: 'визит в списке без владельца',
    ok: (name: string, service: string) =>
      `визит не потерян: ${name}, ${service}, завершён, владельца нет, бонусов нет`,
  },
  register: {
    title: 'Этот человек входит в приложение с кодом из СМС',
    ok: (linked: number, points: string) => `прежних визитов стало его: ${linked}, бонусы за них начислены: ${points}`,
  },
  cancel: {
    title: 'Завершённый визит отменён в YClients',
    waitingPoints: 'бонусы за второй визит',
    accrued: (points: string, balance: string) => `визит завершён: +${points}, на счету ${balance}`,
    waitingReversal: 'возврат бонусов',
    ok: (points: string, balance: string) => `визит удалён: −${points}, на счету ${balance}`,
  },
  desk: {
    title: 'Администратор списывает бонусы по коду',
    typed: (typed: string, code: string) => `Код набран русскими буквами: «${typed}» (на самом деле ${code}).`,
    reason: 'Оплата части визита',
    found: (name: string, points: string) => `клиент найден: ${name}, на счету ${points}`,
    spent: (points: string, balance: string) => `списано ${points}, осталось ${balance}`,
    repeated: 'тот же запрос отправлен второй раз по ошибке: списано один раз',
    refused: (points: string, why: string) => `попытка списать ${points} отклонена: «${why}»`,
  },
  own: {
    title: 'Услуга, которой нет в YClients: двадцать человек хотят одно время',
    service: 'Флоатинг',
    master: 'Ольга Тихая',
    set: (service: string, master: string, price: string) =>
      `Управляющий завёл услугу «${service}» (${price}), мастера (${master}) и часы работы.`,
    race: (rivals: number, when: string, nearest: string) =>
      `${rivals} одновременных запросов на ${when}: записан один, остальным предложено: ${nearest}`,
    completed: (points: string, balance: string) => `визит отмечен завершённым: +${points}, на счету ${balance}`,
    tooEarly: (why: string) => `завершить визит следующего дня нельзя: «${why}»`,
  },
  pay: {
    title: 'Оплата визита картой и бонусами',
    held: (service: string, when: string, bonuses: string, money: string) =>
      `${service}, ${when}: время держится, ${bonuses} отложены, картой остаётся ${money}.`,
    policy: (policy: string) => `Клиент видит заранее: «${policy}»`,
    waiting: 'уведомление кассы',
    ok: (money: string, bonuses: string, seconds: string) =>
      `касса прислала уведомление, через ${seconds} запись подтверждена: ${money} картой и ${bonuses}`,
  },
  decline: {
    title: 'Карта отклонена',
    waiting: 'отказ',
    reason: (why: string) => `клиент видит причину: «${why}»`,
    ok: (when: string, balance: string) => `записи нет, время ${when} снова свободно, на счету снова ${balance}`,
  },
  refund: {
    title: 'Отмена оплаченного визита: по правилам возвращается часть',
    waitingMessage: 'сообщение об оплате',
    preview: (money: string, bonuses: string) => `Перед отменой клиент видит, что вернётся: ${money} и ${bonuses}.`,
    waiting: 'возврат',
    ok: (money: string, of: string, bonuses: string, balance: string) =>
      `касса вернула ${money} из ${of}, до копейки; вернулось ${bonuses}, на счету ${balance}`,
  },
  messages: {
    title: 'Сообщения, которые получил клиент',
    waiting: 'последние сообщения',
    ok: (count: number) => `сообщений: ${count}, каждое по одному разу; об отклонённой оплате лишних нет`,
    kinds: {
      code: 'код входа',
      booking_made: 'запись',
      booking_moved: 'перенос',
      booking_cancelled: 'отмена',
      payment_confirmed: 'оплата',
      reminder_24h: 'напоминание за сутки',
      reminder_2h: 'напоминание за 2 часа',
      bonuses_accrued: 'бонусы',
      bonuses_expiring: 'бонусы сгорят',
      refund_made: 'возврат',
      hold_expiring: 'время держится недолго',
    },
  },
  outage: {
    title: 'Услуга из YClients через приложение; YClients выключается и возвращается',
    written: (service: string, when: string, code: string) =>
      `${service}, ${when}: записано в YClients с комментарием «Код клиента: ${code}»`,
    off: 'YClients не отвечает.',
    promised: (when: string) => `запись на ${when} принята предварительно, время занято за клиентом`,
    on: 'YClients снова отвечает.',
    waiting: 'запись в YClients',
    caughtUp: (seconds: string) => `через ${seconds} запись стоит в YClients, одна`,
  },
  summary: {
    title: 'Итог',
    bookings: (name: string) => `Визиты: ${name}`,
    ledger: 'Журнал бонусов',
    sum: (entries: string, balance: string) => `сумма журнала ${entries} = баланс ${balance}`,
    runs: 'Синхронизации',
    run: (fetched: number, created: number, updated: number, unchanged: number, missed: number) =>
      `прочитано ${fetched}, новых ${created}, изменённых ${updated}, без изменений ${unchanged}, пропущено вебхуками ${missed}`,
    events: 'Вебхуки',
    verdicts: {
      created: 'создали визит',
      updated: 'изменили визит',
      unchanged: 'ничего нового',
      stale: 'устарели',
      ignored: 'не о визитах',
      deferred: 'отложены',
      retrying: 'повторяются',
      parked: 'требуют внимания',
    },
    healthy: 'отложенной работы нет, вмешательство не нужно',
    statuses: {
      pending: 'ожидает',
      confirmed: 'подтверждён',
      completed: 'завершён',
      cancelled: 'отменён',
      no_show: 'не пришёл',
    },
  },
}

export type Texts = typeof ru

const en: Texts = {
  title:
    'Spa salon: booking through YClients and here, bonuses, payments, messages. All of it happens on this machine; the people are invented.',
  starting: 'Starting the YClients simulator, a till, the database and our service…',
  started: (seconds) => `ready after ${seconds}`,
  waiting: (what, seconds) => `waiting for ${what}, ${seconds}`,
  tooLong: (what) => `waited in vain for ${what}`,
  failed: (number, title, why) => `Step ${number} "${title}" failed: ${why}`,
  done: (steps, seconds) => `All ${steps} steps done in ${seconds}.`,
  points: { one: 'point', few: 'points', many: 'points', other: 'points' },
  seconds: (value) => `${value} s`,

  anna: { name: 'Anna', surname: 'Demo' },
  boris: { name: 'Boris', surname: 'Newcomer' },

  import: {
    title: 'First import of the YClients journal',
    note: 'The app has no clients yet, so the visits are kept and wait for their owners.',
    ok: (visits, seconds, unmatched) => `${visits} visits imported in ${seconds}, ${unmatched} without owner, 0 errors`,
  },
  link: {
    title: 'A client opens the booking form in the app',
    registered: (name, phone) => `${name} signed in to the app: the code came by SMS to ${phone}.`,
    ok: (code) => `client code ${code}; the form gets the comment «Код клиента: ${code}»`,
  },
  book: {
    title: "The client books on YClients' page",
    visit: (service, master, when, price) => `${service}, ${master}, ${when}, ${price}.`,
    waiting: 'the booking in the app',
    ok: (seconds) =>
      `YClients sent a webhook, the booking is in the app after ${seconds}; client recognised by the code`,
  },
  move: {
    title: 'The client moves the booking',
    note: (from, to) => `It was ${from}, it is ${to}.`,
    waiting: 'the new time',
    ok: (seconds) => `the app shows the new time after ${seconds}`,
  },
  complete: {
    title: 'The visit is completed; its webhook comes three times, then an older one',
    note: 'The administrator notes that the client came (the demonstration does not wait for the day).',
    again: "YClients' message is delivered twice more, and after it an older one, about the move.",
    waitingPoints: 'the points',
    waitingEvents: 'the repeated messages',
    verdicts: (unchanged, stale) => `repetitions that changed nothing: ${unchanged}, outdated and dropped: ${stale}`,
    ok: (price, percent, exact, points) =>
      `accrued once: ${price} × ${percent}% = ${exact} → ${points} (1 point = 1 ₽, fractions dropped)`,
  },
  lost: {
    title: 'Second booking: without a code, and its webhook is lost',
    note: "The client booked by phone, without the comment; YClients' message never reached us.",
    before: 'the booking is not in the app',
    sync: (fetched, seconds, created) =>
      `sync: ${fetched} visits compared in ${seconds}, ${created} of them had been missed`,
    ok: 'the booking is in the app; client recognised by the last 10 digits of the phone',
  },
  stranger: {
    title: 'Third booking: somebody we do not know',
    waiting: 'the visit among those without owner',
    ok: (name, service) => `the visit is not lost: ${name}, ${service}, completed, no owner, no points`,
  },
  register: {
    title: 'This person signs in to the app with a code from an SMS',
    ok: (linked, points) => `earlier visits that became theirs: ${linked}, with the points for them: ${points}`,
  },
  cancel: {
    title: 'A completed visit is cancelled in YClients',
    waitingPoints: 'the points of the second visit',
    accrued: (points, balance) => `visit completed: +${points}, balance ${balance}`,
    waitingReversal: 'the points to be taken back',
    ok: (points, balance) => `visit deleted: −${points}, balance ${balance}`,
  },
  desk: {
    title: 'The administrator writes points off by the code',
    typed: (typed, code) => `The code is typed in Cyrillic letters: "${typed}" (really ${code}).`,
    reason: 'Part of the price',
    found: (name, points) => `client found: ${name}, balance ${points}`,
    spent: (points, balance) => `${points} written off, ${balance} left`,
    repeated: 'the same request sent a second time by mistake: written off once',
    refused: (points, why) => `an attempt to write off ${points} is refused: "${why}"`,
  },
  own: {
    title: 'A service that YClients does not have: twenty people want one time',
    service: 'Floating',
    master: 'Olga Calm',
    set: (service, master, price) =>
      `The manager made the service "${service}" (${price}), a master (${master}) and hours.`,
    race: (rivals, when, nearest) =>
      `${rivals} requests at once for ${when}: one is booked, the others are offered: ${nearest}`,
    completed: (points, balance) => `visit noted as completed: +${points}, balance ${balance}`,
    tooEarly: (why) => `a visit of the next day cannot be completed: "${why}"`,
  },
  pay: {
    title: 'A visit is paid with card and points',
    held: (service, when, bonuses, money) =>
      `${service}, ${when}: the time is held, ${bonuses} put aside, ${money} left for the card.`,
    policy: (policy) => `The client is told before: "${policy}"`,
    waiting: "the till's notification",
    ok: (money, bonuses, seconds) =>
      `the till sent its notification, the visit is confirmed after ${seconds}: ${money} by card and ${bonuses}`,
  },
  decline: {
    title: 'A card is declined',
    waiting: 'the refusal',
    reason: (why) => `the client sees why: "${why}"`,
    ok: (when, balance) => `no visit remains, ${when} is free again, the balance is ${balance} again`,
  },
  refund: {
    title: 'The paid visit is cancelled: by the policy a part comes back',
    waitingMessage: 'the message about the payment',
    preview: (money, bonuses) => `Before cancelling the client sees what would come back: ${money} and ${bonuses}.`,
    waiting: 'the refund',
    ok: (money, of, bonuses, balance) =>
      `the till gave ${money} of ${of} back, to the kopeck; ${bonuses} came back, balance ${balance}`,
  },
  messages: {
    title: 'The messages that the client got',
    waiting: 'the last messages',
    ok: (count) => `${count} messages, each of them once; none too many about the declined payment`,
    kinds: {
      code: 'sign-in code',
      booking_made: 'booked',
      booking_moved: 'moved',
      booking_cancelled: 'cancelled',
      payment_confirmed: 'paid',
      reminder_24h: 'reminder a day before',
      reminder_2h: 'reminder 2 hours before',
      bonuses_accrued: 'points',
      bonuses_expiring: 'points will expire',
      refund_made: 'refund',
      hold_expiring: 'hold about to end',
    },
  },
  outage: {
    title: 'A service of YClients through the app; YClients goes and comes back',
    written: (service, when, code) =>
      `${service}, ${when}: written to YClients with the comment «Код клиента: ${code}»`,
    off: 'YClients does not answer.',
    promised: (when) => `the visit at ${when} is taken provisionally, the time is kept for the client`,
    on: 'YClients answers again.',
    waiting: 'the record in YClients',
    caughtUp: (seconds) => `after ${seconds} it stands in YClients, once`,
  },
  summary: {
    title: 'Summary',
    bookings: (name) => `Visits: ${name}`,
    ledger: 'Bonus ledger',
    sum: (entries, balance) => `sum of the ledger ${entries} = balance ${balance}`,
    runs: 'Syncs',
    run: (fetched, created, updated, unchanged, missed) =>
      `read ${fetched}, new ${created}, changed ${updated}, unchanged ${unchanged}, missed by webhooks ${missed}`,
    events: 'Webhooks',
    verdicts: {
      created: 'created a visit',
      updated: 'changed a visit',
      unchanged: 'nothing new',
      stale: 'outdated',
      ignored: 'not about visits',
      deferred: 'deferred',
      retrying: 'being retried',
      parked: 'need attention',
    },
    healthy: 'no parked work, nobody has to step in',
    statuses: {
      pending: 'pending',
      confirmed: 'confirmed',
      completed: 'completed',
      cancelled: 'cancelled',
      no_show: 'no show',
    },
  },
}

export const demoTexts: Readonly<Record<Language, Texts>> = { ru, en }
