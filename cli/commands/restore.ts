import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type BackupProblem, checkBackup } from '../check-backup.ts'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'
import { mark, table } from '../output.ts'

export const restore = defineCommand({
  name: 'restore',
  summary: {
    ru: 'проверить без сети, что из файла можно восстановить базу',
    en: 'check offline that the database could be restored from a file',
  },
  args: ['FILE'],
  options: {
    'dry-run': {
      type: 'boolean',
      help: { ru: 'обязательно: эта команда ничего не записывает', en: 'required: this command writes nothing' },
    },
  },
  example: 'restore salon-2026-11-21.ndjson --dry-run',
  async run(cli, values, [file = '']) {
    if (!values['dry-run']) throw new CliError(EXIT.usage, cli.say(HOW_TO_RESTORE))
    const isThere = await access(file).then(
      () => true,
      () => false,
    )
    if (!isThere) throw new CliError(EXIT.usage, cli.say({ ru: `Нет файла ${file}`, en: `No file ${file}` }))
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
    const report = await checkBackup(lines)
    const isWhole = report.problemCount === 0
    const answer = {
      ok: isWhole,
      salon: report.salon ?? null,
      created_at: report.createdAt ?? null,
      tables: Object.fromEntries(report.tables),
      entries: report.entries,
      points: report.points,
      meanwhile: report.meanwhile,
      problems: report.problemCount,
      details: report.problems,
    }
    cli.result(answer, () =>
      [
        `${report.salon ?? ''} ${report.createdAt ?? ''}`.trim(),
        table([
          cli.say({ ru: 'таблица|строк', en: 'table|rows' }).split('|'),
          ...[...report.tables].map(([name, rows]) => [name, rows]),
        ]),
        ...(isWhole ? [] : [problemsTable(cli, report.problems)]),
        isWhole
          ? `${mark('ok')} ${cli.say({ ru: `Файл целый, счёт сходится: записей ${report.entries}, бонусов ${report.points}`, en: `The file is whole and its ledger adds up: ${report.entries} entries, ${report.points} points` })}`
          : `${mark('red')} ${cli.say({ ru: `Ошибок: ${report.problemCount}`, en: `Problems: ${report.problemCount}` })}`,
      ].join('\n\n'),
    )
    return isWhole ? EXIT.fine : EXIT.wrong
  },
})

function problemsTable(cli: Cli, problems: readonly BackupProblem[]): string {
  const head = cli.say({ ru: 'что|строка|таблица|№|должно быть|есть', en: 'what|line|table|no.|expected|found' })
  return table([
    head.split('|'),
    ...problems.map(({ kind, line, table: name, id, expected, found }) => [kind, line, name, id, expected, found]),
  ])
}

const HOW_TO_RESTORE = {
  ru: `Эта команда только проверяет файл: spa restore FILE --dry-run
Вернуть базу на любой момент за последние 30 дней: npx wrangler d1 time-travel restore spa-booking --timestamp=…`,
  en: `This command only checks the file: spa restore FILE --dry-run
To take the database back to any moment of the last 30 days: npx wrangler d1 time-travel restore spa-booking --timestamp=…`,
}
