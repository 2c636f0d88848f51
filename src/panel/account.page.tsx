import type { AdminSession } from '../admin/list-admin-sessions.ts'
import type { Role } from '../auth/actor.ts'
import type { Language } from '../platform/problem.ts'
import { dateTime } from './dates.ts'
import { Field, Hidden } from './form.tsx'
import { Table } from './table.tsx'
import { settingsTexts } from './texts/settings.ts'
import { shellTexts } from './texts/shell.ts'

export interface AccountView {
  readonly language: Language
  readonly zone: string
  readonly name: string
  readonly email: string
  readonly role: Role
  /** Undefined behind Cloudflare Access, which keeps them itself. */
  readonly sessions: readonly AdminSession[] | undefined
  readonly wrong: ReadonlySet<string>
  readonly refusal?: string | undefined
}

const PATH = '/admin/settings/account'

export const AccountPage = (view: AccountView) => {
  const { language, name, email, role, sessions, refusal } = view
  const t = settingsTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <section class="card" aria-label={t.whoAmI}>
        <p>
          {name}, {shellTexts[language].roles[role]}
          <br />
          <span class="soft">{email}</span>
        </p>
      </section>
      {sessions === undefined ? (
        <p class="note warn">{t.viaAccess}</p>
      ) : (
        <>
          <Password {...view} />
          <Sessions {...view} sessions={sessions} />
        </>
      )}
    </>
  )
}

const Password = ({ language, wrong, email }: AccountView) => {
  const t = settingsTexts[language]
  const because = (name: string, text: string) => (wrong.has(name) ? text : undefined)
  return (
    <form class="card" method="post" action={PATH}>
      <h2>{t.password}</h2>
      <Hidden values={{ step: 'password' }} />
      {/* Tells a password manager whose password this is. */}
      <input type="hidden" name="username" autocomplete="username" value={email} />
      <Field
        name="current"
        type="password"
        label={t.current}
        autocomplete="current-password"
        error={because('current', t.typePassword)}
        required
      />
      <Field
        name="fresh"
        type="password"
        label={t.fresh}
        hint={t.freshHint}
        autocomplete="new-password"
        error={because('fresh', t.freshHint)}
        required
      />
      <Field
        name="again"
        type="password"
        label={t.again}
        autocomplete="new-password"
        error={because('again', t.different)}
        required
      />
      <button>{t.change}</button>
    </form>
  )
}

const Sessions = ({ language, zone, sessions }: AccountView & { sessions: readonly AdminSession[] }) => {
  const t = settingsTexts[language]
  return (
    <form class="card" method="post" action={PATH}>
      <Hidden values={{ step: 'end' }} />
      <Table<AdminSession>
        caption={t.sessions}
        empty={t.noSessions}
        rows={sessions}
        columns={[
          { head: t.since, cell: ({ createdAt }) => dateTime(createdAt, zone, language) },
          { head: t.until, cell: ({ expiresAt }) => dateTime(expiresAt, zone, language) },
          {
            head: t.kind,
            cell: ({ kind, isThis }) => (
              <>
                {t.kinds[kind]} {isThis && <span class="tag good">{t.thisOne}</span>}
              </>
            ),
          },
        ]}
      />
      <p>
        <button class="quiet">{t.endOthers}</button>
      </p>
    </form>
  )
}
