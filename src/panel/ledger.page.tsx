import type { Difference } from '../loyalty/ledger-difference.ts'
import type { LedgerChecks } from '../loyalty/list-ledger-checks.ts'
import type { Language } from '../platform/problem.ts'
import { dateTime } from './dates.ts'
import { NextPage, Table } from './table.tsx'
import { counted, wholeNumber } from './texts/in-both.ts'
import { ledgerTexts } from './texts/ledger.ts'
import { shellTexts } from './texts/shell.ts'

type Check = LedgerChecks['checks'][number]

export interface LedgerView {
  readonly language: Language
  readonly zone: string
  readonly checks: readonly Check[]
  readonly next: string | undefined
  /** Of the newest check. */
  readonly differences: readonly Difference[]
}

/** So many fit a small page. */
const SHOWN = 20

export const LedgerPage = ({ language, zone, checks, next, differences }: LedgerView) => {
  const t = ledgerTexts[language]
  return (
    <>
      <p class="soft">{t.intro}</p>
      {differences.length > 0 && <Differences differences={differences} language={language} />}
      <section class="card">
        <Table<Check>
          caption={t.list}
          empty={t.none}
          rows={checks}
          columns={[
            { head: t.started, cell: ({ startedAt }) => dateTime(startedAt, zone, language) },
            { head: t.trigger, cell: ({ trigger }) => t.triggers[trigger] },
            { head: t.state, cell: (check) => <State check={check} language={language} /> },
            { head: t.seen, cell: (check) => <span class="soft">{seenIn(check, language)}</span> },
          ]}
        />
        <NextPage href={next} text={shellTexts[language].next} />
      </section>
      <form method="post" action="/admin/settings/ledger">
        <button>{t.verify}</button>
      </form>
    </>
  )
}

function seenIn({ users, entries, visits, waiting }: Check, language: Language): string {
  const t = ledgerTexts[language]
  const counts = [[t.clients, users] as const, [t.entries, entries] as const, [t.visits, visits] as const]
  const waits = waiting > 0 ? [[t.waiting, waiting] as const] : []
  return [...counts, ...waits].map(([name, count]) => `${name} ${wholeNumber(count, language)}`).join(', ')
}

const State = ({ check, language }: { check: Check; language: Language }) => {
  const t = ledgerTexts[language]
  if (check.differences > 0) {
    return <span class="tag bad">{counted(check.differences, t.differs, language)}</span>
  }
  return check.finishedAt === null ? <span class="tag">{t.running}</span> : <span class="tag good">{t.sound}</span>
}

const Differences = ({ differences, language }: Pick<LedgerView, 'differences' | 'language'>) => {
  const t = ledgerTexts[language]
  return (
    <section class="card">
      <p class="note bad">{t.doNot}</p>
      <Table<Difference>
        caption={t.differences}
        empty=""
        rows={differences.slice(0, SHOWN)}
        columns={[
          { head: t.kind, cell: ({ kind }) => t.kinds[kind] },
          {
            head: t.client,
            cell: ({ userId }) => (userId === null ? '—' : <a href={`/admin/clients/${userId}`}>№ {userId}</a>),
          },
          {
            head: t.visit,
            cell: ({ bookingId }) =>
              bookingId === null ? '—' : <a href={`/admin/bookings/${bookingId}`}>№ {bookingId}</a>,
          },
          { head: t.expected, cell: ({ expected }) => wholeNumber(expected, language), numeric: true },
          { head: t.found, cell: ({ found }) => wholeNumber(found, language), numeric: true },
        ]}
      />
      {differences.length > SHOWN && <p class="soft">{t.onlyFirst}</p>}
    </section>
  )
}
