import { doneBy, newRoutes } from '../http.ts'
import type { Difference } from '../loyalty/ledger-difference.ts'
import { listLedgerChecks } from '../loyalty/list-ledger-checks.ts'
import { verifyLedger } from '../loyalty/verify-ledger.ts'
import { LedgerPage } from './ledger.page.tsx'
import { doneFlash, goTo, show } from './panel.view.tsx'
import { ledgerTexts } from './texts/ledger.ts'

export const ledgerPages = newRoutes()

const PATH = '/admin/settings/ledger'
const SHOWN = 10

ledgerPages.get('/admin/settings/ledger', async (c) => {
  const { ctx, language } = c.var
  const before = c.req.query('before') ?? ''
  const beforeId = /^\d{1,15}$/.test(before) ? Number(before) : Number.MAX_SAFE_INTEGER
  const { checks, nextBeforeId } = await listLedgerChecks(ctx, { beforeId, limit: SHOWN })
  const [newest] = before === '' ? checks : []
  const differences: readonly Difference[] = newest ? JSON.parse(newest.details) : []
  const t = ledgerTexts[language]
  const body = (
    <LedgerPage
      language={language}
      zone={ctx.config.branchTimezone}
      checks={checks}
      next={nextBeforeId === undefined ? undefined : `${PATH}?before=${nextBeforeId}`}
      differences={differences}
    />
  )
  return show(c, { title: t.title, body, flash: doneFlash(c, t.done) })
})

ledgerPages.post('/admin/settings/ledger', async (c) => {
  const { finishedAt } = await verifyLedger(c.var.ctx, doneBy(c))
  return goTo(c, `${PATH}?done=${finishedAt === null ? 'running' : 'checked'}`)
})
