import * as z from 'zod'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { followSync, syncRun } from '../follow-sync.ts'

export const syncWatch = defineCommand({
  name: 'sync watch',
  summary: { ru: 'следить за идущей синхронизацией до её конца', en: 'watch the sync that is going on until its end' },
  options: {},
  example: 'sync watch',
  async run(cli) {
    const { body } = await cli.api.call({ path: '/admin/sync-runs?limit=1', schema: z.array(syncRun) })
    const [newest] = body
    if (newest) return await followSync(cli, newest, { patient: true })
    cli.result(null, () => cli.say({ ru: 'Синхронизации ещё не было.', en: 'Nothing was synchronised yet.' }))
    return EXIT.fine
  },
})
