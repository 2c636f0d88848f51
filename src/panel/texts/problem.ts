import { inBoth } from './in-both.ts'

export const problemTexts = inBoth(
  {
    title: 'Не получилось',
    request: 'Номер запроса',
    back: 'На главную',
    retryIn: (seconds: number) => `Повторите через ${Math.ceil(seconds / 60)} мин.`,
  },
  {
    title: 'This did not work',
    request: 'Request',
    back: 'To the first page',
    retryIn: (seconds: number) => `Try again in ${Math.ceil(seconds / 60)} min.`,
  },
)
