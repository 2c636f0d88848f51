import type { LoyaltyLevel } from '../loyalty/levels.ts'
import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import { Field, Hidden } from './form.tsx'
import { fieldsOf } from './level-fields.ts'
import { Table } from './table.tsx'
import { wholeNumber } from './texts/in-both.ts'
import { levelsTexts } from './texts/levels.ts'

export interface LevelsView {
  readonly language: Language
  readonly levels: readonly LoyaltyLevel[]
  /** Undefined: may only look. */
  readonly form: LevelsForm | undefined
}

interface LevelsForm {
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly refusal?: string | undefined
  /** The levels on which what is typed builds (`levelsKey`). */
  readonly seen: string
  /** So many groups of fields, the last for a new level. */
  readonly groups: number
}

export const LevelsPage = ({ language, levels, form }: LevelsView) => {
  const t = levelsTexts[language]
  return (
    <>
      <p class="soft">{t.intro}</p>
      {form ? <Form language={language} {...form} /> : <Ladder language={language} levels={levels} />}
    </>
  )
}

const Ladder = ({ language, levels }: Pick<LevelsView, 'language' | 'levels'>) => {
  const t = levelsTexts[language]
  return (
    <>
      <p class="note warn">{t.onlyOwner}</p>
      <section class="card">
        <Table<LoyaltyLevel>
          caption={t.list}
          empty={t.none}
          rows={levels}
          columns={[
            { head: t.nameRu, cell: ({ nameRu }) => nameRu },
            { head: t.nameEn, cell: ({ nameEn }) => nameEn },
            { head: t.minSpend, cell: (level) => formatKopecks(level.minSpendKopecks, language), numeric: true },
            {
              head: t.percent,
              cell: ({ percentBasisPoints }) => `${wholeNumber(percentBasisPoints / 100, language)} %`,
              numeric: true,
            },
          ]}
        />
      </section>
    </>
  )
}

const Form = ({ language, typed, wrong, refusal, seen, groups }: LevelsForm & { language: Language }) => {
  const t = levelsTexts[language]
  const because = (field: string, text: string) => (wrong.has(field) ? text : undefined)
  return (
    <form method="post" action="/admin/settings/levels">
      <Hidden values={{ seen }} />
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <div class="cards">
        {Array.from({ length: groups }, (_, index) => {
          const field = fieldsOf(index)
          const isNew = typed[field.code] === undefined
          return (
            <fieldset class="card">
              <legend>{isNew ? t.fresh : t.level(index + 1)}</legend>
              {!isNew && <Hidden values={{ [field.code]: typed[field.code] ?? '' }} />}
              <Field
                name={field.nameRu}
                label={t.nameRu}
                value={typed[field.nameRu]}
                error={because(field.nameRu, t.nameWrong)}
                hint={isNew ? undefined : t.removeHint}
                maxlength={40}
              />
              <Field
                name={field.nameEn}
                label={t.nameEn}
                value={typed[field.nameEn]}
                error={because(field.nameEn, t.nameWrong)}
                maxlength={40}
              />
              <Field
                name={field.minSpend}
                label={t.minSpend}
                value={typed[field.minSpend]}
                error={because(field.minSpend, t.minWrong)}
                maxlength={15}
              />
              <Field
                name={field.percent}
                label={t.percent}
                value={typed[field.percent]}
                error={because(field.percent, t.percentWrong)}
                maxlength={6}
              />
            </fieldset>
          )
        })}
      </div>
      <p>
        <button>{t.save}</button>
      </p>
    </form>
  )
}
