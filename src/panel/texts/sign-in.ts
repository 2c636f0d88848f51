import { inBoth } from './in-both.ts'

export const signInTexts = inBoth(
  {
    title: 'Вход',
    email: 'E-mail',
    password: 'Пароль',
    submit: 'Войти',
    emailWrong: 'Введите e-mail',
    passwordWrong: 'Введите пароль',
    expired: 'Войдите, чтобы продолжить.',
    first: 'Ещё нет ни одного администратора?',
    firstHow: 'Первого владельца создаёт команда',
  },
  {
    title: 'Sign in',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    emailWrong: 'Type the e-mail',
    passwordWrong: 'Type the password',
    expired: 'Sign in to go on.',
    first: 'No administrator yet?',
    firstHow: 'The first owner is made by the command',
  },
)
