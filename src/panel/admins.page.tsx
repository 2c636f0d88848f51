import type { Admin } from '../admin/admin.ts'
import { ROLES } from '../auth/actor.ts'
import type { Language } from '../platform/problem.ts'
import { day } from './dates.ts'
import { Field, Hidden, Select } from './form.tsx'
import { NextPage, Table } from './table.tsx'
import { adminsTexts } from './texts/admins.ts'
import { shellTexts } from './texts/shell.ts'

const PATH = '/admin/settings/admins'

interface Shown {
  readonly language: Language
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly refusal?: string | undefined
}

const rolesIn = (language: Language) => ROLES.map((value) => ({ value, text: shellTexts[language].roles[value] }))

const Refusal = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <p class="note bad" role="alert">
      {text}
    </p>
  )

export interface AdminsView extends Shown {
  readonly admins: readonly (Admin & { readonly since: string })[]
  readonly next: string | undefined
}

export const AdminsPage = (view: AdminsView) => {
  const { language, admins, next, typed, wrong, refusal } = view
  const t = adminsTexts[language]
  const because = (name: string, text: string) => (wrong.has(name) ? text : undefined)
  return (
    <>
      <Refusal text={refusal} />
      <section class="card">
        <Table<AdminsView['admins'][number]>
          caption={t.list}
          empty={t.none}
          rows={admins}
          columns={[
            { head: t.name, cell: ({ id, name }) => <a href={`${PATH}/${id}`}>{name}</a> },
            { head: t.email, cell: ({ email }) => email },
            { head: t.role, cell: ({ role }) => shellTexts[language].roles[role] },
            {
              head: t.state,
              cell: ({ active }) => (
                <span class={`tag ${active ? 'good' : ''}`}>{active ? t.active : t.dismissed}</span>
              ),
            },
            { head: t.password, cell: ({ hasPassword }) => (hasPassword ? t.hasPassword : t.noPassword) },
            { head: t.since, cell: ({ since }) => day(since, language) },
          ]}
        />
        <NextPage href={next} text={shellTexts[language].next} />
      </section>
      <form class="card" method="post" action={PATH}>
        <h2>{t.add}</h2>
        <Field
          name="email"
          type="email"
          label={t.email}
          value={typed.email}
          error={because('email', t.emailWrong)}
          maxlength={254}
          required
        />
        <Field
          name="name"
          label={t.name}
          value={typed.name}
          error={because('name', t.nameWrong)}
          maxlength={100}
          required
        />
        <Select
          name="role"
          label={t.role}
          hint={t.roleHint}
          value={typed.role}
          options={rolesIn(language)}
          error={because('role', t.roleWrong)}
        />
        <Field
          name="password"
          type="password"
          label={t.password}
          hint={t.passwordHint}
          autocomplete="new-password"
          error={because('password', t.passwordWrong)}
        />
        <button>{t.addButton}</button>
      </form>
    </>
  )
}

export interface AdminView extends Shown {
  readonly admin: Admin
}

/** One of them: two forms, since a new password ends sessions and a new name does not. */
export const AdminPage = ({ language, admin, typed, wrong, refusal }: AdminView) => {
  const t = adminsTexts[language]
  const path = `${PATH}/${admin.id}`
  const because = (name: string, text: string) => (wrong.has(name) ? text : undefined)
  const states = [
    { value: 'yes', text: t.active },
    { value: 'no', text: t.dismissed },
  ]
  return (
    <>
      <Refusal text={refusal} />
      <p class="soft">{admin.email}</p>
      <form class="card" method="post" action={path}>
        <h2>{t.change}</h2>
        <Hidden values={{ step: 'change', version: typed.version ?? String(admin.updatedAt) }} />
        <Field
          name="name"
          label={t.name}
          value={typed.name ?? admin.name}
          error={because('name', t.nameWrong)}
          maxlength={100}
          required
        />
        <Select
          name="role"
          label={t.role}
          hint={t.roleHint}
          value={typed.role ?? admin.role}
          options={rolesIn(language)}
          error={because('role', t.roleWrong)}
        />
        <Select
          name="active"
          label={t.state}
          hint={t.dismissHint}
          value={typed.active ?? (admin.active ? 'yes' : 'no')}
          options={states}
        />
        <button>{t.save}</button>
      </form>
      <form class="card" method="post" action={path}>
        <h2>{t.reset}</h2>
        <p class="soft">{t.resetHow}</p>
        <Hidden values={{ step: 'password' }} />
        <Field
          name="password"
          type="password"
          label={t.password}
          hint={t.passwordHint}
          autocomplete="new-password"
          error={because('password', t.passwordWrong)}
          required
        />
        <button>{t.resetButton}</button>
      </form>
      <p>
        <a class="button quiet" href={PATH}>
          {t.toList}
        </a>
      </p>
    </>
  )
}
