import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { Cli } from './cli.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { mark, table } from './output.ts'
import { sayTime, WORDS } from './words.ts'

export const syncRun = z.object({
  id: z.int(),
  trigger: z.string(),
  mode: z.string(),
  status: z.enum(['running', 'failing', 'finished', 'failed']),
  pages: z.int(),
  fetched: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  unmatched: z.int(),
  failed: z.int(),
  missed_by_webhooks: z.int(),
  vanished: z.int(),
  error: z.string().nullable(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  duration_ms: z.int().nullable(),
})
export type SyncRun = z.infer<typeof syncRun>

const POLL_MS = 1000

/** Shows how a run goes on until it is over, and how it ended. Not `patient`: also until it waits for its next try. */
export async function followSync(cli: Cli, first: SyncRun, { patient }: { patient: boolean }): Promise<ExitCode> {
  let run = first
  let told = ''
  while (run.finished_at === null && (patient || run.status !== 'failing')) {
    await sleep(POLL_MS)
    run = (await cli.api.call({ path: `/admin/sync-runs/${first.id}`, schema: syncRun })).body
    const line = progressOf(cli, run)
    if (line !== told && run.finished_at === null) cli.terminal.err(line)
    told = line
  }
  cli.result(run, () => tellRun(cli, run))
  return run.status === 'finished' ? EXIT.fine : EXIT.wrong
}

const progressOf = (cli: Cli, { pages, fetched, created, updated, status, error }: SyncRun): string =>
  cli.say({
    ru: `… страниц ${pages}, визитов ${fetched}, новых ${created}, изменено ${updated}${status === 'failing' ? `; сбой: ${error}, повтор через 5 минут` : ''}`,
    en: `… ${pages} pages, ${fetched} visits, ${created} new, ${updated} changed${status === 'failing' ? `; failing: ${error}, again in 5 minutes` : ''}`,
  })

function tellRun(cli: Cli, run: SyncRun): string {
  const seconds = ((run.duration_ms ?? 0) / 1000).toFixed(1)
  if (run.status === 'failing') {
    return `${mark('red')} ${progressOf(cli, run)}\n${cli.say({ ru: 'Следить дальше: spa sync watch', en: 'To go on watching: spa sync watch' })}`
  }
  const end =
    run.status === 'finished'
      ? `${mark('ok')} ${cli.say({ ru: `Синхронизация ${run.id} прошла за ${seconds} с`, en: `Sync ${run.id} finished in ${seconds} s` })}`
      : `${mark('red')} ${cli.say({ ru: `Синхронизация ${run.id} не удалась: ${run.error}`, en: `Sync ${run.id} failed: ${run.error}` })}`
  return `${end}\n\n${runsTable(cli, [run])}`
}

export function runsTable(cli: Cli, runs: readonly SyncRun[]): string {
  const head = cli.say({
    ru: '№|начало|вид|состояние|прочитано|новых|изменено|без клиента|мимо вебхуков|исчезло',
    en: 'no.|start|mode|status|read|new|changed|unmatched|missed by webhooks|vanished',
  })
  const word = (kind: 'run' | 'mode', of: string) => {
    const said = WORDS[kind][of]
    return said ? cli.say(said) : of
  }
  return table([
    head.split('|'),
    ...runs.map((run) => [
      run.id,
      sayTime(run.started_at),
      word('mode', run.mode),
      run.error === null ? word('run', run.status) : `${word('run', run.status)}: ${run.error}`,
      run.fetched,
      run.created,
      run.updated,
      run.unmatched,
      run.missed_by_webhooks,
      run.vanished,
    ]),
  ])
}
