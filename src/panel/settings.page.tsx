import type { Language } from '../platform/problem.ts'
import { Table } from './table.tsx'
import { settingsTexts } from './texts/settings.ts'

export interface Rule {
  readonly name: string
  readonly value: string
  readonly where: string
  /** Otherwise words. */
  readonly isVariable?: boolean
}

export interface SettingsView {
  readonly language: Language
  /** Those that this administrator may open. */
  readonly pages: readonly string[]
  readonly rules: readonly Rule[]
}

export const SettingsPage = ({ language, pages, rules }: SettingsView) => {
  const t = settingsTexts[language]
  return (
    <>
      <nav aria-label={t.all}>
        <div class="cards">
          {pages.map((page) => (
            <p class="card">
              <a href={page}>{t.pages[page]?.[0]}</a>
              <br />
              <span class="soft">{t.pages[page]?.[1]}</span>
            </p>
          ))}
        </div>
      </nav>
      <section class="card">
        <Table<Rule>
          caption={t.rules}
          empty=""
          rows={rules}
          columns={[
            { head: t.rule, cell: ({ name }) => name },
            { head: t.now, cell: ({ value }) => value },
            {
              head: t.where,
              cell: ({ where, isVariable }) => (isVariable ? <code>{where}</code> : <span class="soft">{where}</span>),
            },
          ]}
        />
      </section>
    </>
  )
}
