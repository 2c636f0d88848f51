import { inBoth } from './in-both.ts'

export const clientsTexts = inBoth(
  {
    title: 'Клиенты',
    search: 'Код, телефон, e-mail или имя',
    searchHint: 'Код можно вводить в любой раскладке и с пробелами',
    find: 'Найти',
    found: 'Найденные клиенты',
    nobody: 'Никого не нашлось.',
    start: 'Введите хотя бы два символа.',
    code: 'Код',
    name: 'Имя',
    phone: 'Телефон',
    email: 'E-mail',
    balance: 'Баллы',
    nameless: 'Без имени',
  },
  {
    title: 'Clients',
    search: 'Code, phone, e-mail or name',
    searchHint: 'The code may be typed in any keyboard layout, with spaces',
    find: 'Find',
    found: 'Clients found',
    nobody: 'Nobody was found.',
    start: 'Type two characters at least.',
    code: 'Code',
    name: 'Name',
    phone: 'Phone',
    email: 'E-mail',
    balance: 'Points',
    nameless: 'No name',
  },
)
