import { defineCommand } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'
import { followSync, syncRun } from '../follow-sync.ts'

export const syncRunNow = defineCommand({
  name: 'sync run',
  summary: {
    ru: 'синхронизировать визиты сейчас и дождаться конца или сбоя',
    en: 'synchronise visits now and wait for the end or a failure',
  },
  options: {
    mode: {
      type: 'string',
      value: 'full|incremental',
      help: {
        ru: 'всё окно ±30 дней (full) или только изменённое',
        en: 'the window of ±30 days (full) or what changed',
      },
    },
  },
  example: 'sync run',
  async run(cli, { mode = 'full' }) {
    if (mode !== 'full' && mode !== 'incremental') throw new CliError(EXIT.usage, '--mode: full, incremental')
    const path = `/yclients/sync-bookings?mode=${mode}`
    const started = await cli.api.call({ method: 'POST', path, headers: { prefer: 'wait=1' }, schema: syncRun })
    return await followSync(cli, started.body, { patient: false })
  },
})
