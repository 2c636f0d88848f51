import type { Language } from '../platform/problem.ts'
import type { Suspicion } from '../users/find-duplicates.ts'
import type { User } from '../users/user.ts'
import { fullName } from './clients.page.tsx'
import { NextPage, Table } from './table.tsx'
import { duplicatesTexts } from './texts/duplicates.ts'

export interface DuplicatesView {
  readonly language: Language
  readonly pairs: readonly Suspicion[]
  readonly next: string | undefined
}

export const DuplicatesPage = ({ language, pairs, next }: DuplicatesView) => {
  const t = duplicatesTexts[language]
  return (
    <>
      <p class="soft">{t.intro}</p>
      <section class="card">
        <Table<Suspicion>
          caption={t.list}
          empty={t.none}
          rows={pairs}
          columns={[
            { head: t.first, cell: ({ users: [one] }) => one && <Who user={one} language={language} /> },
            { head: t.second, cell: ({ users: [, other] }) => other && <Who user={other} language={language} /> },
            { head: t.shared, cell: ({ shared }) => shared.map((what) => t.sharing[what]).join(', ') },
            {
              head: t.merge,
              // The older record stays.
              cell: ({ users: [one, other] }) =>
                one && other && <a href={`/admin/clients/${one.id}/merge?from=${other.id}`}>{t.merge}</a>,
            },
          ]}
        />
        <NextPage href={next} text={t.more} />
      </section>
      <form class="card" method="post" action="/admin/settings/duplicates">
        <h2>{t.codes}</h2>
        <p class="soft">{t.codesHow}</p>
        <button class="quiet">{t.give}</button>
      </form>
    </>
  )
}

const Who = ({ user, language }: { user: User; language: Language }) => (
  <>
    <a href={`/admin/clients/${user.id}`}>{fullName(user, language)}</a>{' '}
    <span class="code">{user.uniqueCode ?? ''}</span> <span class="soft">{user.phone ?? user.email ?? ''}</span>
  </>
)
