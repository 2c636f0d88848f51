import type { Language } from '../platform/problem.ts'
import { dateTime } from './dates.ts'
import { Hidden } from './form.tsx'
import { NextPage, Table } from './table.tsx'
import { counted } from './texts/in-both.ts'
import { parkedTexts, type Subject } from './texts/parked.ts'
import { sayReason } from './texts/reasons.ts'
import { shellTexts } from './texts/shell.ts'

export interface ParkedItem {
  readonly id: number
  readonly subject: Subject
  /** Which of its kind, as its key says. */
  readonly name: string
  readonly href: string | undefined
  /** There is something that could be sent again. */
  readonly canReplay: boolean
  readonly reason: string
  readonly timesParked: number
  readonly parkedAt: number
}

export interface ParkedView {
  readonly language: Language
  readonly zone: string
  readonly items: readonly ParkedItem[]
  readonly next: string | undefined
  readonly refusal?: string | undefined
}

export const ParkedPage = ({ language, zone, items, next, refusal }: ParkedView) => {
  const t = parkedTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <p class="soft">{t.intro}</p>
      <section class="card">
        <Table<ParkedItem>
          caption={t.list}
          empty={t.none}
          rows={items}
          columns={[
            {
              head: t.what,
              cell: ({ subject, name, href }) => (
                <>
                  {href === undefined ? t.subjects[subject] : <a href={href}>{t.subjects[subject]}</a>}{' '}
                  <span class="soft">{name}</span>
                </>
              ),
            },
            { head: t.why, cell: ({ reason }) => <Reason reason={reason} language={language} /> },
            {
              head: t.since,
              cell: ({ parkedAt, timesParked }) => (
                <>
                  {dateTime(parkedAt, zone, language)}
                  {timesParked > 1 && <span class="soft">, {counted(timesParked, t.times, language)}</span>}
                </>
              ),
            },
            { head: t.doing, cell: (item) => <Actions item={item} language={language} /> },
          ]}
        />
        <NextPage href={next} text={shellTexts[language].next} />
      </section>
    </>
  )
}

const Reason = ({ reason, language }: { reason: string; language: Language }) => {
  const { text, remedy } = sayReason(reason, language)
  return (
    <>
      {text}
      {remedy !== undefined && (
        <>
          <br />
          <span class="soft">{remedy}</span>
        </>
      )}
    </>
  )
}

const Actions = ({ item: { id, canReplay }, language }: { item: ParkedItem; language: Language }) => {
  const t = parkedTexts[language]
  return (
    <form class="row" method="post" action="/admin/sync/parked">
      <Hidden values={{ id: String(id) }} />
      {canReplay && (
        <button name="action" value="replay">
          {t.replay}
        </button>
      )}
      <button class="quiet" name="action" value="dismiss">
        {t.dismiss}
      </button>
    </form>
  )
}
