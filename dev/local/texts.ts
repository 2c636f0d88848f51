import type { Language } from './language.ts'

/** What `npm run dev` tells people. */
const ru = {
  emptied: 'Начинаем с пустого состояния.',
  starting: 'Запускаем: симулятор YClients, касса, база, Worker…',
  catalogueUnread: (why: string) => `Услуги и мастера не прочитаны (${why}); каталог пуст, остальное работает.`,
  synced: (visits: number, seconds: string) =>
    `Синхронизация при запуске: прочитано визитов ${visits} за ${seconds} с.`,
  notSynced: (why: string) => `Синхронизация при запуске не закончена: ${why}. Её ход: GET /api/v1/admin/sync-runs.`,
  everyMinutes: (minutes: number) => `Дальше синхронизация идёт сама каждые ${minutes} мин (--sync-minutes).`,
  cronFailed: (why: string) => `Синхронизация не запустилась: ${why}`,
  api: 'API',
  panel: 'Панель администратора',
  docs: 'Описание API',
  yclients: 'YClients',
  webhook: 'Вебхук',
  client: 'Клиент',
  owner: 'Владелец (вход администратора)',
  messages: 'Пойманные СМС и письма',
  payments: 'Касса (вместо ЮKassa)',
  signIn: (inbox: string) => `Войти как новый клиент: запросить код, прочитать его на ${inbox}, отправить:`,
  tryIt: 'Попробуйте:',
  stopHint: 'Остановить: Ctrl-C. Ниже журнал Worker.',
  ended: (name: string, how: string) => `${name} завершился (${how}). Останавливаем остальное.`,
}

const en: typeof ru = {
  emptied: 'Starting from an empty state.',
  starting: 'Starting: YClients simulator, till, database, Worker…',
  catalogueUnread: (why) => `Services and staff could not be read (${why}); the catalogue is empty, the rest works.`,
  synced: (visits, seconds) => `Sync at the start: ${visits} visits read in ${seconds} s.`,
  notSynced: (why) => `The sync at the start is not over: ${why}. Follow it: GET /api/v1/admin/sync-runs.`,
  everyMinutes: (minutes) => `From now on a sync runs by itself every ${minutes} min (--sync-minutes).`,
  cronFailed: (why) => `The sync did not start: ${why}`,
  api: 'API',
  panel: 'Administrators’ panel',
  docs: 'API reference',
  yclients: 'YClients',
  webhook: 'Webhook',
  client: 'Client',
  owner: 'Owner (signs in as an administrator)',
  messages: 'Caught SMS and mail',
  payments: 'Till (instead of YooKassa)',
  signIn: (inbox) => `Sign in as a new client: ask for a code, read it at ${inbox}, send it:`,
  tryIt: 'Try it:',
  stopHint: "Ctrl-C stops it. Below is the Worker's log.",
  ended: (name, how) => `${name} has ended (${how}). Stopping the rest.`,
}

export const devTexts: Readonly<Record<Language, typeof ru>> = { ru, en }
