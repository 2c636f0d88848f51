import { createRoute, z } from '@hono/zod-openapi'
import { adminSecurity, doneBy, json, linkCursor, linkHeader, newRoutes, problems, refuse } from '../http.ts'
import { BACKUP_FORMAT, backUpTable, beginBackup } from '../ops/back-up.ts'

export const adminBackupRoutes = newRoutes()
const common = { tags: ['admin: backup'], security: adminSecurity, method: 'get' as const }

/** By default an answer stays as small as all others; the command line asks for larger pages. */
const PAGE = { default: 30, most: 1000 }
const MAX_NAME = 64

const manifestSchema = z
  .object({
    format: z.literal(BACKUP_FORMAT),
    salon: z.string(),
    created_at: z.iso.datetime({ offset: true }),
    tables: z.array(
      z.object({
        name: z.string(),
        rows: z.int(),
        until: z.int().openapi({ description: 'The last row when the backup was begun; later ones are left out' }),
        sql: z.string(),
        cursor: z.string().openapi({ description: 'For the first page of its rows; good for a day' }),
      }),
    ),
  })
  .openapi('BackupManifest')

adminBackupRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/backup',
    operationId: 'beginBackup',
    summary: 'Begin a backup: all tables with their sizes, and where to ask for their rows',
    description:
      'Passwords, sessions and codes are left out. It holds personal data of all clients: keep it as carefully as the database.',
    responses: { 200: json(manifestSchema, 'The first line of the file') },
  }),
  async (c) => {
    const { format, salon, created_at, tables } = await beginBackup(c.var.ctx, doneBy(c))
    return c.json({ format, salon, created_at, tables: [...tables] }, 200, { 'cache-control': 'no-store' })
  },
)

adminBackupRoutes.openapi(
  createRoute({
    ...common,
    path: '/admin/backup/{table}',
    operationId: 'backUpTable',
    summary: 'Rows of a table, one JSON object per line; the last page ends with how many there were',
    request: {
      params: z.object({ table: z.string().max(MAX_NAME) }),
      query: z.object({
        cursor: z
          .string()
          .max(200)
          .openapi({ description: 'From the beginning of the backup, or the Link header of the page before' }),
        limit: z.coerce.number().int().min(1).max(PAGE.most).default(PAGE.default),
      }),
    },
    responses: {
      200: {
        description: 'Some lines of the file',
        content: { 'text/plain': { schema: z.string() } },
        headers: linkHeader,
      },
      ...problems({ 400: ['invalid_cursor'], 404: ['not_found'], 422: ['validation_failed'] }),
    },
  }),
  async (c) => {
    const { table } = c.req.valid('param')
    const page = await backUpTable(c.var.ctx, { table, ...c.req.valid('query') })
    if (!page.ok) return refuse(page)
    linkCursor(c, page.value.nextCursor)
    return c.text(page.value.text, 200, { 'cache-control': 'no-store' })
  },
)
