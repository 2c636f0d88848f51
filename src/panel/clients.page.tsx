import type { Language } from '../platform/problem.ts'
import type { User } from '../users/user.ts'
import { Field } from './form.tsx'
import { Newcomer } from './new-client.page.tsx'
import { type Column, NextPage, Table } from './table.tsx'
import { clientsTexts } from './texts/clients.ts'
import { wholeNumber } from './texts/in-both.ts'
import { shellTexts } from './texts/shell.ts'

export interface ClientsView {
  readonly language: Language
  readonly query: string
  /** Undefined before anything was asked. */
  readonly clients: readonly User[] | undefined
  readonly next: string | undefined
}

export const ClientsPage = ({ language, query, clients, next }: ClientsView) => {
  const t = clientsTexts[language]
  return (
    <>
      <search>
        <form class="card row search" method="get" action="/admin/clients" data-live="results">
          <Field
            name="q"
            type="search"
            label={t.search}
            hint={t.searchHint}
            value={query}
            maxlength={100}
            autofocus={clients === undefined}
          />
          <button>{t.find}</button>
        </form>
      </search>
      <div id="results" aria-live="polite">
        {clients === undefined ? (
          <p class="soft">{t.start}</p>
        ) : (
          <>
            <Table
              caption={t.found}
              columns={columnsOf(language)}
              rows={clients}
              empty={<Newcomer language={language} query={query} />}
            />
            <NextPage href={next} text={shellTexts[language].next} />
          </>
        )}
      </div>
    </>
  )
}

export const fullName = ({ name, surname }: Pick<User, 'name' | 'surname'>, language: Language): string =>
  `${name} ${surname}`.trim() || clientsTexts[language].nameless

function columnsOf(language: Language): Column<User>[] {
  const t = clientsTexts[language]
  return [
    { head: t.code, cell: ({ uniqueCode }) => <span class="code">{uniqueCode ?? '—'}</span> },
    { head: t.name, cell: (user) => <a href={`/admin/clients/${user.id}`}>{fullName(user, language)}</a> },
    { head: t.phone, cell: ({ phone }) => phone ?? '—' },
    { head: t.email, cell: ({ email }) => email ?? '—' },
    { head: t.balance, cell: (user) => wholeNumber(user.bonusBalancePoints, language), numeric: true },
  ]
}
