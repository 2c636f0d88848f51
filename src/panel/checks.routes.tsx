import type { Context as HonoContext } from 'hono'
import { type HttpEnv, newRoutes } from '../http.ts'
import { renderDiagnosis } from '../ops/doctor/doctor.view.ts'
import { examine } from '../ops/doctor/examine.ts'
import { renderAdminHealth } from '../ops/health/admin-health.view.ts'
import { checkAdminHealth } from '../ops/health/check-admin-health.ts'
import { VERSION } from '../platform/version.ts'
import { type DoctorGroup, DoctorPage, HealthPage } from './checks.page.tsx'
import { maySee, show } from './panel.view.tsx'
import { checksTexts } from './texts/checks.ts'

export const checkPages = newRoutes()

checkPages.get('/admin/settings/health', async (c) => {
  const { ctx, language } = c.var
  const { status, version, conditions } = renderAdminHealth(await checkAdminHealth(ctx), VERSION, language)
  const checks = conditions.map(({ link, ...condition }) => ({ ...condition, href: mayOpen(c, link) }))
  const body = <HealthPage language={language} status={status} version={version} checks={checks} />
  return show(c, { title: checksTexts[language].healthTitle, body })
})

const mayOpen = (c: HonoContext<HttpEnv>, link: string | null): string | undefined =>
  link !== null && maySee(c, link.split('?')[0] ?? link) ? link : undefined

checkPages.get('/admin/settings/doctor', async (c) => {
  const { ctx, language } = c.var
  const found = await examine(ctx, { env: c.env, origin: new URL(c.req.url).origin })
  const { status, checks } = renderDiagnosis(found, language)
  const names = Object.keys(checksTexts.ru.groups) as DoctorGroup[] // keys of a literal table
  const groups = names.flatMap((group) => {
    const own = checks.filter((check) => check.group === group)
    return own.length === 0 ? [] : { group, checks: own }
  })
  const body = <DoctorPage language={language} status={status} groups={groups} />
  return show(c, { title: checksTexts[language].doctorTitle, body })
})
