import type { Language } from './language.ts'

/** What all commands say. */
const ru = {
  usage: 'Использование',
  commands: 'Команды',
  options: 'Параметры',
  everywhere: 'Для всех команд',
  example: 'Пример',
  moreHelp: 'Подробно о команде: spa КОМАНДА --help',
  exitCodes: 'Код завершения: 0 — в порядке, 1 — что-то не так, 2 — неверная команда, 3 — нет связи или входа.',
  unknownCommand: (words: string) => `Нет такой команды: ${words}. Список: spa --help`,
  wrongArguments: (name: string) => `Не те аргументы; справка: spa ${name} --help`,
  wrongApi: (api: string) => `--api: это не адрес: ${api}`,
  wrongLanguage: '--lang: ru или en',
  notANumber: (name: string) => `${name}: нужно целое число`,
  notEncrypted: 'Без https данные отправляются только на этот компьютер.',
  noAnswer: (api: string) => `${api} не отвечает.`,
  tooSlow: (api: string) => `${api} отвечает слишком долго.`,
  unexpected: (status: number) => `Неожиданный ответ (${status}); проверьте адрес в --api.`,
  logInFirst: 'Войдите: spa login',
  noTerminal: 'Нет терминала, чтобы спросить; передайте это параметром.',
  yesNeeded: 'Без терминала нужно подтверждение: --yes',
  yesOrNo: '(да/нет)',
  declined: 'Ничего не сделано.',
  repeatWith: (key: string) => `Повторить безопасно, ничего не удвоив: та же команда с --key ${key}`,
  none: '—',
  yes: 'да',
  no: 'нет',
}

export type Texts = typeof ru

const en: Texts = {
  usage: 'Usage',
  commands: 'Commands',
  options: 'Options',
  everywhere: 'With every command',
  example: 'Example',
  moreHelp: 'More about a command: spa COMMAND --help',
  exitCodes: 'Exit code: 0 fine, 1 something is wrong, 2 wrong usage, 3 cannot reach or not signed in.',
  unknownCommand: (words) => `No such command: ${words}. The list: spa --help`,
  wrongArguments: (name) => `Not its arguments; help: spa ${name} --help`,
  wrongApi: (api) => `--api: not an address: ${api}`,
  wrongLanguage: '--lang: ru or en',
  notANumber: (name) => `${name}: a whole number is needed`,
  notEncrypted: 'Without https anything is sent to this computer only.',
  noAnswer: (api) => `${api} does not answer.`,
  tooSlow: (api) => `${api} takes too long to answer.`,
  unexpected: (status) => `Unexpected answer (${status}); check the address in --api.`,
  logInFirst: 'Sign in: spa login',
  noTerminal: 'No terminal to ask on; pass it as an option.',
  yesNeeded: 'Without a terminal it has to be confirmed: --yes',
  yesOrNo: '(yes/no)',
  declined: 'Nothing was done.',
  repeatWith: (key) => `To repeat it safely, doubling nothing: the same command with --key ${key}`,
  none: '—',
  yes: 'yes',
  no: 'no',
}

export const TEXTS: Readonly<Record<Language, Texts>> = { ru, en }
