import type { Language } from '../platform/problem.ts'
import type { PastCatalogSync } from '../yclients/list-catalog-syncs.ts'
import type { KeptHere } from '../yclients/list-kept.ts'
import { sayValue } from './catalog-fields.ts'
import { dateTime } from './dates.ts'
import { Check } from './form.tsx'
import { Table } from './table.tsx'
import { catalogTexts } from './texts/catalog.ts'
import { wholeNumber } from './texts/in-both.ts'

export interface CatalogSyncView {
  readonly language: Language
  readonly zone: string
  readonly refusal: string | undefined
  readonly past: readonly (PastCatalogSync & { readonly by: string })[]
  readonly kept: readonly KeptHere[]
}

export const CatalogSyncPage = ({ language, zone, refusal, past, kept }: CatalogSyncView) => {
  const t = catalogTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <form class="card" method="post" action="/admin/catalog/sync">
        <p>{t.syncHint}</p>
        <Check name="overwrite" label={t.overwrite} checked={false} />
        <p>
          <button>{t.start}</button>
        </p>
      </form>
      <section class="card">
        <Table
          caption={t.report}
          empty={t.noReports}
          rows={past}
          columns={[
            { head: t.when, cell: ({ at }) => dateTime(at, zone, language) },
            { head: t.who, cell: ({ by }) => by },
            {
              head: t.changed,
              cell: ({ counts, overwrite }) => (
                <>
                  {Object.entries(counts)
                    .filter(([, count]) => count > 0)
                    .map(([what, count]) => `${t.counts[what] ?? what}: ${wholeNumber(count, language)}`)
                    .join(', ')}{' '}
                  {overwrite && <span class="tag">{t.onlyOverwrite}</span>}
                </>
              ),
            },
          ]}
        />
      </section>
      <section class="card">
        <Table<KeptHere>
          caption={t.kept}
          empty={t.nothingKept}
          rows={kept}
          columns={[
            { head: t.what, cell: (row) => <WhatIsKept {...row} /> },
            { head: t.field, cell: ({ field }) => t.fields[field] ?? field },
            { head: t.ours, cell: ({ field, local }) => sayValue(field, local, language) },
            { head: t.theirs, cell: ({ field, yclients }) => sayValue(field, yclients, language) },
          ]}
        />
      </section>
    </>
  )
}

const WhatIsKept = ({ serviceId, staffId, categoryId, name }: KeptHere) => {
  if (serviceId !== undefined) return <a href={`/admin/catalog/services/${serviceId}`}>{name}</a>
  if (staffId !== undefined) return <a href={`/admin/staff/${staffId}`}>{name}</a>
  return <a href={`/admin/catalog/categories/${categoryId}`}>{name}</a>
}
