import { join, relative } from 'node:path'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { textPages } from '../text-pages.ts'
import { writeWhole } from '../write-whole.ts'

const LINES_A_PAGE = 2000
const CHECKER = join(import.meta.dirname, '..', '..', 'scripts', 'check-ledger.mjs')

export const ledgerExport = defineCommand({
  name: 'ledger export',
  summary: {
    ru: 'выгрузить счёт в файл, который каждый может проверить без сети',
    en: 'write the ledger to a file that anybody can check offline',
  },
  args: ['FILE'],
  options: {},
  example: 'ledger export ledger.ndjson',
  async run(cli, _, [file = '']) {
    let lines = 0
    await writeWhole(file, async (write) => {
      for await (const text of textPages(cli.api, `/admin/ledger/export?limit=${LINES_A_PAGE}`)) {
        write(text)
        lines += text.split('\n').length - 1
        cli.terminal.err(cli.say({ ru: `… строк ${lines}`, en: `… ${lines} lines` }))
      }
    })
    const check = `node ${relative(process.cwd(), CHECKER)} ${file}`
    cli.result({ file, lines }, () =>
      cli.say({
        ru: `✓ ${file}, строк ${lines}. Проверить: ${check}`,
        en: `✓ ${file}, ${lines} lines. To check it: ${check}`,
      }),
    )
    return EXIT.fine
  },
})
