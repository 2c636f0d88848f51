import * as z from 'zod'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { textPages } from '../text-pages.ts'
import { writeWhole } from '../write-whole.ts'

const manifest = z.object({
  format: z.string(),
  salon: z.string(),
  created_at: z.string(),
  tables: z.array(z.object({ name: z.string(), rows: z.int(), until: z.int(), sql: z.string(), cursor: z.string() })),
})

const ROWS_A_PAGE = '1000'

export const backup = defineCommand({
  name: 'backup',
  summary: {
    ru: 'сохранить базу в файл: все таблицы, кроме паролей и сеансов',
    en: 'save the database to a file: all tables, without passwords and sessions',
  },
  args: ['FILE'],
  options: {},
  example: 'backup salon-2026-11-21.ndjson',
  async run(cli, _, [file = '']) {
    const { tables, ...about } = (await cli.api.call({ path: '/admin/backup', schema: manifest })).body
    await writeWhole(file, async (write) => {
      const line = (value: object) => write(`${JSON.stringify(value)}\n`)
      // The cursors open the tables for a day; a file is kept longer than that, but they have no business in it.
      line({ ...about, tables: tables.map(({ cursor: _, ...table }) => table) })
      for (const { name, rows, cursor } of tables) {
        cli.terminal.err(`… ${name}: ${rows}`)
        const query = new URLSearchParams({ cursor, limit: ROWS_A_PAGE })
        for await (const text of textPages(cli.api, `/admin/backup/${encodeURIComponent(name)}?${query}`)) write(text)
      }
      line({ end: true })
    })
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    cli.result({ file, tables: tables.length, rows }, () =>
      cli.say({
        ru: `✓ ${file}: таблиц ${tables.length}, строк ${rows}. Проверить: spa restore ${file} --dry-run
В файле персональные данные всех клиентов: храните его как саму базу.`,
        en: `✓ ${file}: ${tables.length} tables, ${rows} rows. To check it: spa restore ${file} --dry-run
The file holds personal data of all clients: keep it as the database itself.`,
      }),
    )
    return EXIT.fine
  },
})
