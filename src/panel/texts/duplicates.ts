import { inBoth } from './in-both.ts'

export const duplicatesTexts = inBoth(
  {
    title: 'Дубликаты и коды',
    intro: 'Один человек бывает записан дважды. Телефон бывает и общим в семье, поэтому решает человек.',
    list: 'Похожи на одного человека',
    none: 'Среди этих клиентов похожих нет.',
    first: 'Клиент',
    second: 'Похожий клиент',
    shared: 'Общее',
    sharing: { phone: 'телефон', email: 'e-mail', card: 'карточка YClients', name: 'имя и фамилия' },
    merge: 'Объединить…',
    more: 'Смотреть дальше',
    codes: 'Коды клиентов',
    codesHow: 'Код появляется при первой записи из приложения. Здесь его можно дать сразу всем, у кого его нет.',
    give: 'Дать коды',
    done: {
      given: 'Коды даны. У всех клиентов теперь есть код.',
      more: 'Часть кодов дана. Нажмите ещё раз, чтобы продолжить.',
    },
  },
  {
    title: 'Duplicates and codes',
    intro: 'Some people are there twice. Families share phones, too, so a person decides.',
    list: 'May be one person',
    none: 'Among these clients nobody looks alike.',
    first: 'Client',
    second: 'Similar client',
    shared: 'In common',
    sharing: { phone: 'phone', email: 'e-mail', card: 'card in YClients', name: 'name and surname' },
    merge: 'Merge…',
    more: 'Look further',
    codes: 'Codes of clients',
    codesHow: 'A code is made with the first booking from the app. Here everybody without one can get it at once.',
    give: 'Give codes',
    done: {
      given: 'Codes are given. Every client has one now.',
      more: 'Some codes are given. Press again to go on.',
    },
  },
)
