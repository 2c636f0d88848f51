import { inBoth } from './in-both.ts'

/** What stands around every page. */
export const shellTexts = inBoth(
  {
    panel: 'Панель администратора',
    skip: 'К содержанию',
    sections: 'Разделы',
    nav: {
      '/admin': 'Сегодня',
      '/admin/bookings': 'Записи',
      '/admin/clients': 'Клиенты',
      '/admin/write-off': 'Списать бонусы',
      '/admin/catalog': 'Каталог',
      '/admin/staff': 'Мастера',
      '/admin/sync': 'Синхронизация',
      '/admin/settings': 'Настройки',
    },
    logOut: 'Выйти',
    otherLanguage: 'English',
    roles: { desk: 'Ресепшен', manager: 'Управляющий', owner: 'Владелец' },
    copy: 'Скопировать',
    copied: 'Скопировано',
    print: 'Напечатать',
    next: 'Дальше',
    points: { one: 'бонус', few: 'бонуса', many: 'бонусов' },
  },
  {
    panel: 'Administrators’ panel',
    skip: 'To the content',
    sections: 'Sections',
    nav: {
      '/admin': 'Today',
      '/admin/bookings': 'Bookings',
      '/admin/clients': 'Clients',
      '/admin/write-off': 'Write bonuses off',
      '/admin/catalog': 'Catalog',
      '/admin/staff': 'Masters',
      '/admin/sync': 'Synchronisation',
      '/admin/settings': 'Settings',
    },
    logOut: 'Sign out',
    otherLanguage: 'Русский',
    roles: { desk: 'Desk', manager: 'Manager', owner: 'Owner' },
    copy: 'Copy',
    copied: 'Copied',
    print: 'Print',
    next: 'Next',
    points: { one: 'point', few: 'points', many: 'points' },
  },
)

export type ShellTexts = (typeof shellTexts)['ru']
/** A section's address, as it stands in the access table too. */
export type Section = keyof ShellTexts['nav']
