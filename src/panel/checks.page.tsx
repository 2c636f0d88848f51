import type { Language } from '../platform/problem.ts'
import { checksTexts } from './texts/checks.ts'

type Status = 'ok' | 'attention' | 'red'

/** One thing that was looked at, in words. */
export interface Checked {
  readonly status: Status
  readonly text: string
  readonly remedy: string | null
  /** Where it is put right, if this administrator may go there. */
  readonly href?: string | undefined
}

const TAGS = { ok: 'good', attention: 'warn', red: 'bad' } as const
const NOTES = { ok: 'good', attention: 'warn', red: 'bad' } as const

const Overall = ({ status, language }: { status: Status; language: Language }) => (
  <p class={`note ${NOTES[status]}`}>{checksTexts[language].overall[status]}</p>
)

const URGENCY: readonly Status[] = ['red', 'attention', 'ok']
const worstFirst = (checks: readonly Checked[]) =>
  [...checks].sort((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status))

/** Of the worst of them. */
const urgencyOf = (checks: readonly Checked[]) => Math.min(...checks.map(({ status }) => URGENCY.indexOf(status)))

const CheckList = ({ checks, language }: { checks: readonly Checked[]; language: Language }) => {
  const t = checksTexts[language]
  return (
    <ul class="plain">
      {worstFirst(checks).map(({ status, text, remedy, href }) => (
        <li>
          <span class={`tag ${TAGS[status]}`} role="img" aria-label={t.spoken[status]}>
            {t.marks[status]}
          </span>{' '}
          {text}
          {remedy !== null && (
            <>
              <br />
              <span class="soft">{remedy}</span>
            </>
          )}{' '}
          {href !== undefined && <a href={href}>{t.toRemedy}</a>}
        </li>
      ))}
    </ul>
  )
}

export interface HealthView {
  readonly language: Language
  readonly status: Status
  readonly version: string
  readonly checks: readonly Checked[]
}

export const HealthPage = ({ language, status, version, checks }: HealthView) => {
  const t = checksTexts[language]
  return (
    <>
      <p class="soft">{t.healthIntro}</p>
      <Overall status={status} language={language} />
      <section class="card" aria-label={t.healthTitle}>
        <CheckList checks={checks} language={language} />
      </section>
      <p class="soft">
        {t.version} {version}
      </p>
    </>
  )
}

export type DoctorGroup = keyof (typeof checksTexts)['ru']['groups']

export interface DoctorView {
  readonly language: Language
  readonly status: Status
  readonly groups: readonly { readonly group: DoctorGroup; readonly checks: readonly Checked[] }[]
}

export const DoctorPage = ({ language, status, groups }: DoctorView) => {
  const t = checksTexts[language]
  return (
    <>
      <p class="soft">{t.doctorIntro}</p>
      <Overall status={status} language={language} />
      {[...groups]
        .sort((a, b) => urgencyOf(a.checks) - urgencyOf(b.checks))
        .map(({ group, checks }) => {
          const fine = checks.filter(({ status: of }) => of === 'ok')
          const troubles = checks.filter(({ status: of }) => of !== 'ok')
          return (
            <section class="card" aria-labelledby={group}>
              <h2 id={group}>{t.groups[group]}</h2>
              {troubles.length > 0 && <CheckList checks={troubles} language={language} />}
              {fine.length > 0 && (
                <details>
                  <summary>
                    {t.fine}: {fine.length}
                  </summary>
                  <CheckList checks={fine} language={language} />
                </details>
              )}
            </section>
          )
        })}
      <p>
        <a class="button quiet" href="/admin/settings/doctor">
          {t.doctorAgain}
        </a>
      </p>
    </>
  )
}
