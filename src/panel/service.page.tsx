import { BOOKING_METHODS } from '../catalog/booking-method.ts'
import type { StaffRow } from '../catalog/get-any-service.ts'
import type { CategoryRow } from '../catalog/get-category.ts'
import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import type { Kept } from '../yclients/list-kept.ts'
import { ChangedHere } from './catalog.page.tsx'
import { seenOrMade } from './catalog-fields.ts'
import { Check, Field, Hidden, Select, TextArea } from './form.tsx'
import { Table } from './table.tsx'
import { catalogTexts } from './texts/catalog.ts'
import { wholeNumber } from './texts/in-both.ts'

export interface ServiceView {
  readonly language: Language
  /** Of this very page, also where its form goes. */
  readonly path: string
  readonly refusal: string | undefined
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly categories: readonly CategoryRow[]
  readonly kept: readonly Kept[]
  /** Undefined: the service is not made yet. */
  readonly masters: readonly StaffRow[] | undefined
}

export const ServicePage = (view: ServiceView) => (
  <>
    {view.refusal && (
      <p class="note bad" role="alert">
        {view.refusal}
      </p>
    )}
    {view.kept.length > 0 && (
      <p class="note warn">
        <ChangedHere kept={view.kept} language={view.language} />
      </p>
    )}
    <ServiceForm {...view} />
    <Masters {...view} />
  </>
)

const NUMBERS = ['step', 'bufferBefore', 'bufferAfter', 'notice', 'cancelNotice', 'horizon'] as const

const ServiceForm = ({ language, path, typed, wrong, categories }: ServiceView) => {
  const t = catalogTexts[language]
  const number = (name: (typeof NUMBERS)[number] | 'duration', label: string) => (
    <Field
      name={name}
      label={label}
      value={typed[name]}
      error={wrong.has(name) ? t.wrong.number : undefined}
      maxlength={9}
      required
    />
  )
  const groups = categories.map(({ id, name }) => ({ value: String(id), text: name }))
  return (
    <form class="card" method="post" action={path}>
      <Hidden values={seenOrMade(typed)} />
      <Field
        name="name"
        label={t.name}
        value={typed.name}
        error={wrong.has('name') ? t.wrong.text : undefined}
        maxlength={120}
        required
      />
      <div class="row fields">
        <Field
          name="price"
          label={t.rubles}
          value={typed.price}
          error={wrong.has('price') ? t.wrong.money : undefined}
          maxlength={15}
          required
        />
        {number('duration', t.durationMinutes)}
        <Select
          name="category"
          label={t.category}
          value={typed.category}
          options={[{ value: '', text: t.noCategory }, ...groups]}
        />
      </div>
      <TextArea name="description" label={t.description} value={typed.description} maxlength={4000} />
      <Check name="active" label={t.active} checked={typed.active === 'true'} />
      <h2>{t.rules}</h2>
      <div class="row fields">
        <Select
          name="method"
          label={t.method}
          value={typed.method}
          options={BOOKING_METHODS.map((value) => ({ value, text: t.methods[value] }))}
        />
        <Field
          name="yclientsId"
          label={t.yclientsId}
          hint={t.yclientsIdHint}
          value={typed.yclientsId}
          error={wrong.has('yclientsId') ? t.wrong.number : undefined}
          maxlength={15}
        />
      </div>
      <div class="row fields">{NUMBERS.map((name) => number(name, t[name]))}</div>
      <button>{t.save}</button>
    </form>
  )
}

const Masters = ({ language, masters }: ServiceView) => {
  const t = catalogTexts[language]
  if (!masters) return null
  return (
    <section class="card">
      <Table
        caption={t.masters}
        empty={
          <>
            {t.noMasters} <a href="/admin/staff">{t.toStaff}</a>
          </>
        }
        rows={masters}
        columns={[
          { head: t.person, cell: ({ id, name }) => <a href={`/admin/staff/${id}`}>{name}</a> },
          { head: t.price, cell: ({ priceKopecks }) => formatKopecks(priceKopecks ?? 0, language), numeric: true },
          {
            head: t.duration,
            cell: ({ durationMinutes }) => t.minutes(wholeNumber(durationMinutes ?? 0, language)),
            numeric: true,
          },
        ]}
      />
    </section>
  )
}
