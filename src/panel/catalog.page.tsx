import { visitMethodOf } from '../catalog/booking-method.ts'
import type { ServiceRow } from '../catalog/get-any-service.ts'
import type { CategoryRow } from '../catalog/get-category.ts'
import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import type { Kept } from '../yclients/list-kept.ts'
import { sayValue } from './catalog-fields.ts'
import { Select } from './form.tsx'
import { type Column, NextPage, Table } from './table.tsx'
import { catalogTexts } from './texts/catalog.ts'
import { wholeNumber } from './texts/in-both.ts'
import { shellTexts } from './texts/shell.ts'

export interface CatalogView {
  readonly language: Language
  readonly services: readonly ServiceRow[]
  readonly next: string | undefined
  readonly categories: readonly CategoryRow[]
  /** Chosen; empty: all. */
  readonly category: string
  readonly kept: readonly Kept[]
  readonly yclientsEnabled: boolean
}

export const CatalogPage = (view: CatalogView) => {
  const { language, services, next, categories, category, yclientsEnabled } = view
  const t = catalogTexts[language]
  const options = categories.map(({ id, name }) => ({ value: String(id), text: name }))
  return (
    <>
      <p class="row">
        <a class="button" href="/admin/catalog/services/new">
          {t.newService}
        </a>
        <a class="button quiet" href="/admin/catalog/categories">
          {t.categories}
        </a>
        {yclientsEnabled && (
          <a class="button quiet" href="/admin/catalog/sync">
            {t.update}
          </a>
        )}
      </p>
      <search>
        <form class="card" method="get" action="/admin/catalog">
          <div class="row fields">
            <Select
              name="category"
              label={t.category}
              value={category}
              options={[{ value: '', text: t.allCategories }, ...options]}
            />
            <button class="quiet">{t.show}</button>
          </div>
        </form>
      </search>
      <Table caption={t.services} columns={columnsOf(view)} rows={services} empty={t.noServices} />
      <NextPage href={next} text={shellTexts[language].next} />
    </>
  )
}

function columnsOf({ language, kept, yclientsEnabled }: CatalogView): Column<ServiceRow>[] {
  const t = catalogTexts[language]
  return [
    {
      head: t.name,
      cell: ({ id, name, active }) => (
        <>
          <a href={`/admin/catalog/services/${id}`}>{name}</a> {active === 0 && <span class="tag">{t.off}</span>}{' '}
          <ChangedHere kept={kept.filter(({ serviceId }) => serviceId === id)} language={language} />
        </>
      ),
    },
    { head: t.category, cell: ({ categoryName }) => categoryName ?? '—' },
    { head: t.price, cell: ({ priceKopecks }) => formatKopecks(priceKopecks, language), numeric: true },
    {
      head: t.duration,
      cell: ({ durationMinutes }) => t.minutes(wholeNumber(durationMinutes, language)),
      numeric: true,
    },
    {
      head: t.method,
      cell: (service) => {
        const method = visitMethodOf([service], yclientsEnabled)
        const { yclientsServiceId } = service
        if (method === 'yclients' && yclientsServiceId !== null) return t.linkedWith(yclientsServiceId)
        return (
          <>
            {method === 'nowhere' ? <span class="tag bad">{t.nowhere}</span> : t.methods[method]}{' '}
            <span class="soft">{yclientsServiceId === null ? t.unlinked : t.linked(yclientsServiceId)}</span>
          </>
        )
      },
    },
  ]
}

/** Which fields differ from YClients, in a few words. */
export const ChangedHere = ({ kept, language }: { kept: readonly Kept[]; language: Language }) => {
  const t = catalogTexts[language]
  if (kept.length === 0) return null
  const said = kept.map(
    ({ field, yclients }) => `${t.fields[field] ?? field} (${t.inYclients(sayValue(field, yclients, language))})`,
  )
  return (
    <>
      <span class="tag warn">{t.changedHere}</span> <span class="soft">{said.join(', ')}</span>
    </>
  )
}
