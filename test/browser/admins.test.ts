import { afterEach, expect } from 'vitest'
import { closePages, openPage, test } from './support/stage.ts'

afterEach(closePages)

const NINA = { email: 'nina@example.com', name: 'Нина Ветрова', password: 'высокий белый облачный дом' }

test('an owner lets somebody in, who signs in and sees his part, until he is dismissed', async () => {
  const owner = await openPage()
  await owner.goto('/admin/settings/admins')
  await owner.getByLabel('E-mail').fill(NINA.email)
  await owner.getByLabel('Имя', { exact: true }).fill(NINA.name)
  await owner.getByLabel('Роль', { exact: true }).selectOption('desk')
  await owner.getByLabel('Пароль', { exact: true }).fill('короткий')
  await owner.getByRole('button', { name: 'Добавить' }).click()
  expect(await owner.getByRole('alert').innerText()).toBe('Слишком простой пароль')
  // What was typed is still there, but for the password.
  await owner.getByLabel('Пароль', { exact: true }).fill(NINA.password)
  await owner.getByRole('button', { name: 'Добавить' }).click()
  await owner.getByRole('link', { name: NINA.name }).waitFor()

  const nina = await openPage({}, 'nobody')
  await nina.goto('/admin/settings')
  await nina.getByLabel('E-mail').fill(NINA.email)
  await nina.getByLabel('Пароль').fill(NINA.password)
  await nina.getByRole('button', { name: 'Войти' }).click()
  await nina.getByRole('link', { name: 'Мой вход' }).waitFor()
  expect(await nina.getByRole('link', { name: 'Администраторы' }).count()).toBe(0)
  expect(await nina.getByRole('link', { name: 'Синхронизация' }).count()).toBe(0)

  await owner.getByRole('link', { name: NINA.name }).click()
  await owner.getByLabel('Состояние', { exact: true }).selectOption('no')
  await owner.getByRole('button', { name: 'Сохранить' }).click()
  await owner.getByText('Сохранено.').waitFor()
  await nina.reload()
  expect(new URL(nina.url()).pathname).toBe('/admin/login')
})
