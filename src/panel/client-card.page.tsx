import type { BookingList } from '../booking/list-bookings.ts'
import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import type { ClientCard } from '../users/get-client-card.ts'
import { dateTime } from './dates.ts'
import { Qr } from './qr.tsx'
import { NextPage, Table } from './table.tsx'
import { clientCardTexts } from './texts/client-card.ts'
import { counted, wholeNumber } from './texts/in-both.ts'
import { shellTexts } from './texts/shell.ts'
import { StatusTag } from './today.page.tsx'

type Visit = BookingList['bookings'][number]

export interface LedgerLine {
  readonly id: number
  readonly points: number
  readonly balanceAfterPoints: number
  /** Its arithmetic, in a sentence. */
  readonly explanation: string
  /** What it came of, where it came of a visit. */
  readonly visit: Visit | undefined
  readonly createdAt: number
}

export interface ClientCardView {
  readonly language: Language
  readonly zone: string
  readonly card: ClientCard
  readonly visits: readonly Visit[]
  readonly entries: readonly LedgerLine[]
  readonly next: string | undefined
  /** What this administrator may do here; undefined where he may not. */
  readonly actions: Readonly<Record<'writeOff' | 'adjust' | 'merge' | 'visits' | 'book', string | undefined>>
}

export const ClientCardPage = (view: ClientCardView) => (
  <>
    <div class="cards">
      <Code {...view} />
      <Balance {...view} />
      <Contacts {...view} />
    </div>
    <Ledger {...view} />
    <Visits {...view} />
  </>
)

const Code = ({ language, zone, card: { person, mergedCodes } }: ClientCardView) => {
  const t = clientCardTexts[language]
  const common = shellTexts[language]
  const code = person.uniqueCode
  return (
    <section class="card" aria-labelledby="code">
      <h2 id="code">{t.code}</h2>
      {code === null ? (
        <p>{t.noCode}</p>
      ) : (
        <>
          <p class="row">
            <span class="big code">{code}</span>
            <button type="button" class="quiet" data-copy={code} data-copied={common.copied} hidden>
              {common.copy}
            </button>
          </p>
          <Qr text={code} label={t.qr} />
        </>
      )}
      {mergedCodes.length > 0 && (
        <p class="soft">
          {t.mergedCodes}: {mergedCodes.join(', ')}
        </p>
      )}
      <p class="soft">
        {t.since} {dateTime(person.createdAt, zone, language)}
      </p>
    </section>
  )
}

const Balance = ({ language, zone, card: { loyalty }, actions }: ClientCardView) => {
  const t = clientCardTexts[language]
  const { level, next, spendKopecks } = loyalty
  const [soonest] = loyalty.expiring
  const nameOf = (of: { nameRu: string; nameEn: string }) => (language === 'en' ? of.nameEn : of.nameRu)
  const percent = (basisPoints: number) => `${wholeNumber(basisPoints / 100, language)} %`
  return (
    <section class="card" aria-labelledby="balance">
      <h2 id="balance">{t.balance}</h2>
      <p class="big">{counted(loyalty.balancePoints, shellTexts[language].points, language)}</p>
      {soonest && (
        <p class="soft">
          {t.expires(
            counted(soonest.points, shellTexts[language].points, language),
            dateTime(soonest.expiresAt, zone, language),
          )}
        </p>
      )}
      <p>
        {t.level}: {level ? `${nameOf(level)}, ${percent(level.percentBasisPoints)}` : t.noLevel}
      </p>
      <p class="soft">
        {t.spent}: {formatKopecks(spendKopecks, language)}
      </p>
      {next ? (
        <>
          <progress value={spendKopecks} max={next.level.minSpendKopecks} aria-label={t.progress} />
          <p class="soft">
            {t.toNext(
              formatKopecks(next.remainingKopecks, language),
              nameOf(next.level),
              percent(next.level.percentBasisPoints),
            )}
          </p>
        </>
      ) : (
        level && <p class="soft">{t.topLevel}</p>
      )}
      <p class="row">
        {actions.writeOff && (
          <a class="button" href={actions.writeOff}>
            {t.writeOff}
          </a>
        )}
        {actions.adjust && (
          <a class="button quiet" href={actions.adjust}>
            {t.adjust}
          </a>
        )}
        {actions.merge && (
          <a class="button quiet" href={actions.merge}>
            {t.merge}
          </a>
        )}
      </p>
    </section>
  )
}

const Contacts = ({ language, zone, card: { contacts, consents } }: ClientCardView) => {
  const t = clientCardTexts[language]
  return (
    <section class="card" aria-labelledby="contacts">
      <h2 id="contacts">{t.contacts}</h2>
      {contacts.length === 0 ? (
        <p class="soft">{t.noContacts}</p>
      ) : (
        <dl>
          {contacts.map(({ kind, value }) => (
            <>
              <dt>{t.kinds[kind]}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
      <h2>{t.consents}</h2>
      {consents.length === 0 ? (
        <p class="soft">{t.noConsents}</p>
      ) : (
        <ul class="plain">
          {consents.map(({ version, givenAt, how }) => (
            <li>
              {t.consent(version)}
              <br />
              <span class="soft">
                {dateTime(givenAt, zone, language)}, {t.how[how]}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const Ledger = ({ language, zone, entries, next }: ClientCardView) => {
  const t = clientCardTexts[language]
  return (
    <section class="card">
      <Table<LedgerLine>
        caption={t.ledger}
        empty={t.noEntries}
        rows={entries}
        columns={[
          { head: t.when, cell: ({ createdAt }) => dateTime(createdAt, zone, language) },
          {
            head: t.why,
            cell: ({ explanation, visit }) => (
              <>
                {explanation}
                {visit && (
                  <>
                    <br />
                    <a href={`/admin/bookings/${visit.id}`}>
                      {visit.serviceName}, {dateTime(visit.startsAt, zone, language)}
                    </a>
                  </>
                )}
              </>
            ),
          },
          { head: t.points, cell: ({ points }) => <Signed points={points} language={language} />, numeric: true },
          { head: t.after, cell: (entry) => wholeNumber(entry.balanceAfterPoints, language), numeric: true },
        ]}
      />
      <NextPage href={next} text={shellTexts[language].next} />
    </section>
  )
}

export const Signed = ({ points, language }: { points: number; language: Language }) => (
  <span class={points < 0 ? 'minus' : 'plus'}>
    {points > 0 ? '+' : ''}
    {wholeNumber(points, language)}
  </span>
)

const Visits = ({ language, zone, card: { visits: counts }, visits, actions }: ClientCardView) => {
  const t = clientCardTexts[language]
  return (
    <section class="card" aria-labelledby="visits">
      <h2 id="visits">{t.visits}</h2>
      <p class="soft">{t.counts(counts)}</p>
      {actions.book && (
        <p>
          <a class="button" href={actions.book}>
            {t.book}
          </a>
        </p>
      )}
      {actions.visits && (
        <p>
          <a href={actions.visits}>{t.allVisits}</a>
        </p>
      )}
      <Table<Visit>
        caption={t.newest}
        empty={t.noVisits}
        rows={visits}
        columns={[
          {
            head: t.when,
            cell: ({ id, startsAt }) => <a href={`/admin/bookings/${id}`}>{dateTime(startsAt, zone, language)}</a>,
          },
          { head: t.service, cell: ({ serviceName }) => serviceName },
          { head: t.master, cell: ({ staffName }) => staffName ?? t.nothing },
          { head: t.status, cell: ({ status }) => <StatusTag status={status} language={language} /> },
          { head: t.price, cell: ({ priceKopecks }) => formatKopecks(priceKopecks, language), numeric: true },
          {
            head: t.bonuses,
            cell: ({ accruedBonusesPoints: accrued, spentBonusesPoints: spent }) => (
              <>
                {accrued !== 0 && <Signed points={accrued} language={language} />}{' '}
                {spent !== 0 && <Signed points={-spent} language={language} />}
                {accrued === 0 && spent === 0 && t.nothing}
              </>
            ),
            numeric: true,
          },
        ]}
      />
    </section>
  )
}
