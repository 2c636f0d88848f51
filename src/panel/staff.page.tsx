import type { StaffRow } from '../catalog/get-staff.ts'
import type { StaffServiceRow } from '../catalog/staff-services.ts'
import type { Language } from '../platform/problem.ts'
import type { Kept } from '../yclients/list-kept.ts'
import { ChangedHere } from './catalog.page.tsx'
import { rubles, seenOrMade } from './catalog-fields.ts'
import { Check, Field, Hidden, Select } from './form.tsx'
import { type Column, NextPage, Table } from './table.tsx'
import { catalogTexts } from './texts/catalog.ts'
import { shellTexts } from './texts/shell.ts'

export interface StaffView {
  readonly language: Language
  readonly staff: readonly StaffRow[]
  readonly next: string | undefined
  readonly kept: readonly Kept[]
}

export const StaffPage = ({ language, staff, next, kept }: StaffView) => {
  const t = catalogTexts[language]
  const columns: Column<StaffRow>[] = [
    {
      head: t.person,
      cell: ({ id, name, active }) => (
        <>
          <a href={`/admin/staff/${id}`}>{name}</a> {active === 0 && <span class="tag">{t.worksNot}</span>}{' '}
          <ChangedHere kept={kept.filter(({ staffId }) => staffId === id)} language={language} />
        </>
      ),
    },
    { head: t.specialization, cell: ({ specialization }) => specialization || '—' },
    {
      head: t.yclientsId,
      cell: ({ yclientsStaffId: id }) => <span class="soft">{id === null ? t.unlinked : t.linked(id)}</span>,
    },
    { head: t.schedule, cell: ({ id }) => <a href={`/admin/staff/${id}/schedule`}>{t.schedule}</a> },
  ]
  return (
    <>
      <p class="row">
        <a class="button" href="/admin/staff/new">
          {t.newStaff}
        </a>
      </p>
      <Table caption={t.staff} columns={columns} rows={staff} empty={t.noStaff} />
      <NextPage href={next} text={shellTexts[language].next} />
    </>
  )
}

export interface PersonView {
  readonly language: Language
  /** Of this very page, also where its forms go. */
  readonly path: string
  readonly refusal: string | undefined
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly kept: readonly Kept[]
  /** Undefined: the person is not there yet. */
  readonly does: readonly StaffServiceRow[] | undefined
  /** What else there is to do. */
  readonly others: readonly { readonly id: number; readonly name: string }[]
  /** Of which service the typed terms are wrong; 0: of the one to be added. */
  readonly wrongTerms: number | undefined
}

export const PersonPage = (view: PersonView) => {
  const { language, path, refusal, does, kept } = view
  const t = catalogTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      {kept.length > 0 && (
        <p class="note warn">
          <ChangedHere kept={kept} language={language} />
        </p>
      )}
      {does && (
        <p class="row">
          <a class="button quiet" href={`${path}/schedule`}>
            {t.schedule}
          </a>
        </p>
      )}
      <PersonForm {...view} />
      {does && <Does {...view} does={does} />}
    </>
  )
}

const PersonForm = ({ language, path, typed, wrong }: PersonView) => {
  const t = catalogTexts[language]
  return (
    <form class="card" method="post" action={path}>
      <Hidden values={{ action: 'person', ...seenOrMade(typed) }} />
      <Field
        name="name"
        label={t.person}
        value={typed.name}
        error={wrong.has('name') ? t.wrong.text : undefined}
        maxlength={120}
        required
      />
      <Field name="specialization" label={t.specialization} value={typed.specialization} maxlength={120} />
      <Field
        name="yclientsId"
        label={t.yclientsId}
        hint={t.yclientsIdHint}
        value={typed.yclientsId}
        error={wrong.has('yclientsId') ? t.wrong.number : undefined}
        maxlength={15}
      />
      <Check name="active" label={t.works} checked={typed.active === 'true'} />
      <p>
        <button>{t.save}</button>
      </p>
    </form>
  )
}

const Does = ({ language, path, does, others, wrongTerms }: PersonView & { does: readonly StaffServiceRow[] }) => {
  const t = catalogTexts[language]
  const columns: Column<StaffServiceRow>[] = [
    {
      head: t.service,
      cell: ({ serviceId, serviceName, fromYclients }) => (
        <>
          <a href={`/admin/catalog/services/${serviceId}`}>{serviceName}</a>{' '}
          <span class="soft">{fromYclients === 1 ? t.fromYclients : t.byHand}</span>
        </>
      ),
    },
    {
      head: t.terms,
      cell: (row) => <Terms language={language} path={path} row={row} isWrong={wrongTerms === row.serviceId} />,
    },
    {
      head: t.remove,
      cell: ({ serviceId, serviceName }) => (
        <form method="post" action={path}>
          <Hidden values={{ action: 'remove', service: String(serviceId) }} />
          <button class="quiet" aria-label={t.removeOf(serviceName)}>
            {t.remove}
          </button>
        </form>
      ),
    },
  ]
  return (
    <section class="card" aria-labelledby="does">
      <h2 id="does">{t.does}</h2>
      <Table caption={t.services} columns={columns} rows={does} empty={t.doesNothing} />
      {does.length > 0 && <p class="hint">{t.ownTerms}</p>}
      {others.length > 0 && (
        <form method="post" action={path}>
          <Hidden values={{ action: 'service' }} />
          <h3>{t.add}</h3>
          <div class="row fields">
            <Select
              name="service"
              label={t.service}
              options={others.map(({ id, name }) => ({ value: String(id), text: name }))}
            />
            <Field
              name="price"
              label={t.rubles}
              hint={t.ownTerms}
              error={wrongTerms === 0 ? t.wrong.money : undefined}
              maxlength={15}
            />
            <Field
              name="minutes"
              label={t.durationMinutes}
              hint={t.ownTerms}
              error={wrongTerms === 0 ? t.wrong.number : undefined}
              maxlength={4}
            />
            <button>{t.addButton}</button>
          </div>
        </form>
      )}
    </section>
  )
}

const Terms = ({
  language,
  path,
  row,
  isWrong,
}: {
  language: Language
  path: string
  row: StaffServiceRow
  isWrong: boolean
}) => {
  const t = catalogTexts[language]
  const { serviceId, serviceName, priceKopecks, durationMinutes } = row
  const invalid = isWrong ? ({ 'aria-invalid': 'true', 'aria-describedby': `terms-${serviceId}-error` } as const) : {}
  return (
    <form method="post" action={path}>
      <Hidden values={{ action: 'service', service: String(serviceId) }} />
      <span class="hours">
        <input
          name="price"
          value={priceKopecks === null ? '' : rubles(priceKopecks)}
          maxlength={15}
          aria-label={t.priceOf(serviceName)}
          {...invalid}
        />
        <input
          name="minutes"
          value={durationMinutes === null ? '' : String(durationMinutes)}
          maxlength={4}
          aria-label={t.minutesOf(serviceName)}
          {...invalid}
        />
        <button class="quiet" aria-label={t.saveOf(serviceName)}>
          {t.save}
        </button>
      </span>
      {isWrong && (
        <p class="error" id={`terms-${serviceId}-error`}>
          {t.wrong.money}. {t.wrong.number}
        </p>
      )}
    </form>
  )
}
