import type { Language } from '../platform/problem.ts'
import type { User } from '../users/user.ts'
import { fullName } from './clients.page.tsx'
import { Field, Hidden } from './form.tsx'
import { Table } from './table.tsx'
import { wholeNumber } from './texts/in-both.ts'
import { mergeTexts } from './texts/merge.ts'

interface Common {
  readonly language: Language
  /** Of this very page. */
  readonly path: string
}

export interface ChooseView extends Common {
  readonly query: string
  /** Undefined before anything was asked. */
  readonly found: readonly User[] | undefined
  readonly refusal?: string | undefined
}

/** First step: who the duplicate is. */
export const ChoosePage = ({ language, path, query, found, refusal }: ChooseView) => {
  const t = mergeTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <p class="note warn">{t.explain}</p>
      <form class="card row search" method="get" action={path}>
        <Field name="q" type="search" label={t.search} value={query} maxlength={100} autofocus />
        <button>{t.find}</button>
      </form>
      {found && (
        <Table<User>
          caption={t.found}
          empty={t.nobody}
          rows={found}
          columns={[
            { head: t.code, cell: ({ uniqueCode }) => <span class="code">{uniqueCode ?? '—'}</span> },
            { head: t.name, cell: (user) => <a href={`${path}?from=${user.id}`}>{fullName(user, language)}</a> },
            { head: t.phone, cell: ({ phone }) => phone ?? '—' },
            { head: t.balance, cell: (user) => wholeNumber(user.bonusBalancePoints, language), numeric: true },
          ]}
        />
      )}
    </>
  )
}

export interface MergeView extends Common {
  /** Repeating the request with the same key is no second request. */
  readonly requestKey: string
  readonly into: User
  readonly from: User
  readonly moves: Readonly<Record<'visits' | 'contacts' | 'consents' | 'balance', number>>
}

/** Second step: what would move, and the button that does it. */
export const MergePage = ({ language, path, requestKey, into, from, moves }: MergeView) => {
  const t = mergeTexts[language]
  return (
    <form class="card" method="post" action={path}>
      <Hidden values={{ key: requestKey, from: String(from.id) }} />
      <p class="big">{t.question(fullName(from, language), fullName(into, language))}</p>
      <p class="note warn">{t.explain}</p>
      <dl>
        {(['visits', 'contacts', 'consents', 'balance'] as const).map((what) => (
          <>
            <dt>{t.moves[what]}</dt>
            <dd>{wholeNumber(moves[what], language)}</dd>
          </>
        ))}
      </dl>
      <p class="row">
        <button class="bad">{t.confirm}</button>
        <a class="button quiet" href={path}>
          {t.back}
        </a>
      </p>
    </form>
  )
}
