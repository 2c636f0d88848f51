import { inBoth } from './in-both.ts'

export const clientsTexts = inBoth(
  {
    title: 'Клиенты',
    search: 'Код, телефон, e-mail или имя',
    searchHint: 'Можно часть: начало кода в любой раскладке, последние цифры телефона, начало e-mail',
    find: 'Найти',
    found: 'Найденные клиенты',
    nobody: 'Никого не нашлось.',
    start: 'Введите хотя бы 3 знака.',
    code: 'Код',
    name: 'Имя',
    phone: 'Телефон',
    email: 'E-mail',
    balance: 'Бонусы',
    nameless: 'Без имени',
  },
  {
    title: 'Clients',
    search: 'Code, phone, e-mail or name',
    searchHint: 'A part will do: the beginning of the code in any keyboard layout, the last digits of the phone',
    find: 'Find',
    found: 'Clients found',
    nobody: 'Nobody was found.',
    start: 'Type 3 characters at least.',
    code: 'Code',
    name: 'Name',
    phone: 'Phone',
    email: 'E-mail',
    balance: 'Points',
    nameless: 'No name',
  },
)
