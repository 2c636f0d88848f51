import { inBoth } from './in-both.ts'

/** What is right and what is not: health, doctor, webhook, ledger. */
export const checksTexts = inBoth(
  {
    healthTitle: 'Состояние',
    healthIntro: 'Всё, что идёт само: расписание, синхронизация, очереди, бонусы.',
    doctorTitle: 'Проверка настроек',
    doctorIntro: 'Страница спрашивает YClients, поэтому открывается несколько секунд. Ничего не меняет.',
    doctorAgain: 'Проверить ещё раз',
    overall: { ok: 'Всё в порядке.', attention: 'Стоит посмотреть.', red: 'Кто-то должен вмешаться.' },
    marks: { ok: '✓', attention: '!', red: '✗' },
    spoken: { ok: 'в порядке', attention: 'внимание', red: 'не в порядке' },
    toRemedy: 'Открыть',
    fine: 'В порядке',
    groups: {
      settings: 'Настройки программы',
      yclients: 'Доступ к YClients',
      webhook: 'Вебхук',
      work: 'Что идёт само',
      loyalty: 'Бонусы',
    },
    version: 'Версия',
  },
  {
    healthTitle: 'Health',
    healthIntro: 'Everything that runs by itself: the clock, the synchronisation, queues, bonuses.',
    doctorTitle: 'Check of settings',
    doctorIntro: 'This page asks YClients, so it takes some seconds. It changes nothing.',
    doctorAgain: 'Check again',
    overall: { ok: 'All is well.', attention: 'Somebody should look.', red: 'Somebody has to act.' },
    marks: { ok: '✓', attention: '!', red: '✗' },
    spoken: { ok: 'fine', attention: 'attention', red: 'wrong' },
    toRemedy: 'Open',
    fine: 'All right',
    groups: {
      settings: 'Settings of the program',
      yclients: 'Access to YClients',
      webhook: 'Webhook',
      work: 'What runs by itself',
      loyalty: 'Bonuses',
    },
    version: 'Version',
  },
)
