import type { CategoryRow } from '../catalog/get-category.ts'
import type { Language } from '../platform/problem.ts'
import type { Kept } from '../yclients/list-kept.ts'
import { ChangedHere } from './catalog.page.tsx'
import { seenOrMade } from './catalog-fields.ts'
import { Field, Hidden } from './form.tsx'
import { Table } from './table.tsx'
import { catalogTexts } from './texts/catalog.ts'

interface CategoryFormView {
  readonly language: Language
  readonly path: string
  readonly refusal?: string | undefined
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
}

export const CategoryForm = ({ language, path, refusal, typed, wrong }: CategoryFormView) => {
  const t = catalogTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <form class="card" method="post" action={path}>
        <Hidden values={seenOrMade(typed)} />
        <div class="row fields">
          <Field
            name="name"
            label={t.name}
            value={typed.name}
            error={wrong.has('name') ? t.wrong.text : undefined}
            maxlength={120}
            required
          />
          <Field
            name="position"
            label={t.position}
            value={typed.position}
            error={wrong.has('position') ? t.wrong.number : undefined}
            maxlength={9}
            required
          />
          <button>{t.save}</button>
        </div>
      </form>
    </>
  )
}

export const CategoriesPage = ({
  categories,
  kept,
  ...form
}: CategoryFormView & { categories: readonly CategoryRow[]; kept: readonly Kept[] }) => {
  const { language } = form
  const t = catalogTexts[language]
  return (
    <>
      <Table<CategoryRow>
        caption={t.categories}
        empty={t.noCategories}
        rows={categories}
        columns={[
          {
            head: t.name,
            cell: ({ id, name }) => (
              <>
                <a href={`/admin/catalog/categories/${id}`}>{name}</a>{' '}
                <ChangedHere kept={kept.filter(({ categoryId }) => categoryId === id)} language={language} />
              </>
            ),
          },
          { head: t.position, cell: ({ position }) => position, numeric: true },
          {
            head: t.yclientsId,
            cell: ({ yclientsCategoryId: id }) => <span class="soft">{id === null ? t.unlinked : t.linked(id)}</span>,
          },
        ]}
      />
      <h2>{t.newCategory}</h2>
      <CategoryForm {...form} />
    </>
  )
}
