import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import type { BookingChange, BookingFacts } from '../yclients/booking-change.ts'
import { dateTime } from './dates.ts'
import { Table } from './table.tsx'
import { wholeNumber } from './texts/in-both.ts'
import { syncEventsTexts } from './texts/sync-events.ts'
import { todayTexts } from './texts/today.ts'

interface ShownIn {
  readonly language: Language
  readonly zone: string
}

type Fact = keyof BookingFacts

/** Only what differs; of a visit that is new everything. */
const changedFacts = ({ before, after }: BookingChange): Fact[] =>
  (Object.keys(syncEventsTexts.ru.facts) as Fact[]).filter((fact) => before?.[fact] !== after[fact]) // keys of a literal table

/** A visit before and after, field by field. */
export const ChangeTable = ({ change, ...shown }: ShownIn & { change: BookingChange }) => {
  const t = syncEventsTexts[shown.language]
  return (
    <Table<Fact>
      caption={t.change}
      empty={t.noChange}
      rows={changedFacts(change)}
      columns={[
        { head: t.field, cell: (fact) => t.facts[fact] },
        { head: t.before, cell: (fact) => (change.before ? sayFact(change.before, fact, shown) : '—') },
        { head: t.after, cell: (fact) => sayFact(change.after, fact, shown) },
      ]}
    />
  )
}

/** The same in one line. */
export const ChangeLine = ({ change, ...shown }: ShownIn & { change: BookingChange }) => {
  const t = syncEventsTexts[shown.language]
  const said = changedFacts(change).map((fact) => {
    const after = sayFact(change.after, fact, shown)
    return `${t.facts[fact]}: ${change.before ? `${sayFact(change.before, fact, shown)} → ` : ''}${after}`
  })
  return <span class="soft">{said.join('; ')}</span>
}

function sayFact(facts: BookingFacts, fact: Fact, { language, zone }: ShownIn): string {
  const t = syncEventsTexts[language]
  switch (fact) {
    case 'status':
      return todayTexts[language].statuses[facts.status]
    case 'startsAt':
      return dateTime(facts.startsAt, zone, language)
    case 'priceKopecks':
      return formatKopecks(facts.priceKopecks, language)
    case 'durationMinutes':
      return wholeNumber(facts.durationMinutes, language)
    case 'clientMatch':
      return t.matches[facts.clientMatch] ?? facts.clientMatch
    case 'deleted':
      return facts.deleted ? t.yes : t.no
    default:
      return String(facts[fact] ?? '—')
  }
}
