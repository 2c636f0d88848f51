import * as z from 'zod'
import { Refused } from '../api.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'

export const logout = defineCommand({
  name: 'logout',
  summary: { ru: 'выйти: сеанс перестаёт действовать', en: 'sign out: the session works no more' },
  options: {},
  example: 'logout',
  async run(cli) {
    const { api, sessions } = cli
    try {
      await api.call({ method: 'POST', path: '/admin/logout', schema: z.unknown() })
    } catch (error) {
      // Over already.
      if (!(error instanceof Refused && error.status === 401)) throw error
    }
    sessions.drop(api.url.origin)
    cli.result({ signed_in: false }, () => cli.say({ ru: '✓ Вы вышли.', en: '✓ Signed out.' }))
    return EXIT.fine
  },
})
