import * as z from 'zod'
import { listAdmins } from '../admin/list-admins.ts'
import { ROLES } from '../auth/actor.ts'
import { newRoutes } from '../http.ts'
import { listAudit } from '../ops/list-audit.ts'
import { AuditPage } from './audit.page.tsx'
import { show, wrongFields } from './panel.view.tsx'
import { auditTexts } from './texts/audit.ts'
import { wallTimeIn } from './wall-time.ts'

export const auditPages = newRoutes()

const SHOWN = 20
/** Those who came later stand by their number. */
const MOST_ADMINS = 200

const word = z
  .string()
  .trim()
  .max(100)
  .transform((text) => text || undefined)
  .optional()

const filterIn = (zone: string) =>
  z
    .object({ entity: word, number: word, actor: word, from: wallTimeIn(zone), to: wallTimeIn(zone) })
    .refine(({ entity, number }) => number === undefined || entity !== undefined, { path: ['number'] })

const facts = z.record(z.string(), z.unknown()).default({})
const detailsSchema = z.object({ before: facts, after: facts })

auditPages.get('/admin/settings/audit', async (c) => {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const { before = '', ...typed } = c.req.query()
  const read = filterIn(zone).safeParse(typed)
  const { number: entityId, ...filter } = read.data ?? {}
  const beforeId = /^\d{1,15}$/.test(before) ? Number(before) : Number.MAX_SAFE_INTEGER
  const { entries, nextBeforeId } = read.success
    ? await listAudit(ctx, { ...filter, entityId, beforeId, limit: SHOWN })
    : { entries: [], nextBeforeId: undefined }
  const { admins } = await listAdmins(ctx, { afterId: 0, limit: MOST_ADMINS })
  const body = (
    <AuditPage
      who={new Map(admins.map(({ id, name }) => [`admin:${id}`, name]))}
      language={language}
      zone={zone}
      typed={typed}
      wrong={wrongFields(read)}
      lines={entries.map(({ details, role, ...entry }) => ({
        ...entry,
        role: ROLES.find((each) => each === role),
        ...detailsSchema.parse(JSON.parse(details)),
      }))}
      next={
        nextBeforeId === undefined
          ? undefined
          : `/admin/settings/audit?${new URLSearchParams({ ...typed, before: String(nextBeforeId) })}`
      }
    />
  )
  return show(c, { title: auditTexts[language].title, body, status: read.success ? 200 : 422 })
})
