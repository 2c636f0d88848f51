import type { DeskTimes } from '../booking/find-desk-times.ts'
import type { NearestSlot } from '../booking/find-nearest.ts'
import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import type { User } from '../users/user.ts'
import { fullName } from './clients.page.tsx'
import { dayInWords } from './dates.ts'
import { Field, Hidden } from './form.tsx'
import { Newcomer } from './new-client.page.tsx'
import { type Column, Table } from './table.tsx'
import { clientsTexts } from './texts/clients.ts'
import { wholeNumber } from './texts/in-both.ts'
import { timesTexts } from './texts/times.ts'
import { DayAndMaster, type Master, NearestTimes, TimeChoice } from './times.tsx'

const PATH = '/admin/bookings/new'
const to = (values: Readonly<Record<string, string>>) => `${PATH}?${new URLSearchParams(values)}`

export interface WhomView {
  readonly language: Language
  /** What the address holds already: the key of the request, perhaps a day. */
  readonly kept: Readonly<Record<string, string>>
  readonly query: string
  readonly clients: readonly User[] | undefined
}

/** First step: for whom. */
export const WhomPage = ({ language, kept, query, clients }: WhomView) => {
  const t = timesTexts[language]
  const search = clientsTexts[language]
  const columns: Column<User>[] = [
    { head: search.code, cell: ({ uniqueCode }) => <span class="code">{uniqueCode ?? '—'}</span> },
    { head: search.name, cell: (user) => fullName(user, language) },
    { head: search.phone, cell: ({ phone }) => phone ?? '—' },
    {
      head: t.choose,
      cell: (user) => (
        <a
          class="button quiet"
          href={to({ ...kept, user: String(user.id) })}
          aria-label={t.chooseName(fullName(user, language))}
        >
          {t.choose}
        </a>
      ),
    },
  ]
  return (
    <>
      <search>
        <form class="card row search" method="get" action={PATH} data-live="results">
          <Hidden values={kept} />
          <Field
            name="q"
            type="search"
            label={search.search}
            hint={search.searchHint}
            value={query}
            maxlength={100}
            autofocus
          />
          <button>{search.find}</button>
        </form>
      </search>
      <div id="results" aria-live="polite">
        {clients === undefined ? (
          <p class="soft">{search.start}</p>
        ) : (
          <Table
            caption={search.found}
            columns={columns}
            rows={clients}
            empty={<Newcomer language={language} query={query} back={to(kept)} />}
          />
        )}
      </div>
    </>
  )
}

export interface OfferedService {
  readonly id: number
  readonly name: string
  readonly priceKopecks: number
  readonly durationMinutes: number
}

export interface WhatView {
  readonly language: Language
  readonly kept: Readonly<Record<string, string>>
  readonly user: User
  readonly query: string
  readonly services: readonly OfferedService[]
  /** There are more than these. */
  readonly isCut: boolean
  readonly chosen: readonly number[]
  readonly missing: boolean
}

/** Second step: one service, and others with it. */
export const WhatPage = ({ language, kept, user, query, services, isCut, chosen, missing }: WhatView) => {
  const t = timesTexts[language]
  const [main, ...also] = chosen
  const terms = ({ priceKopecks, durationMinutes }: OfferedService) =>
    `${formatKopecks(priceKopecks, language)}, ${t.minutes(wholeNumber(durationMinutes, language))}`
  const columns: Column<OfferedService>[] = [
    {
      head: t.main,
      cell: ({ id, name }) => (
        <label>
          <input type="radio" name="service" value={String(id)} checked={id === main} /> {name}
        </label>
      ),
    },
    { head: t.terms, cell: terms },
    {
      head: t.also,
      cell: ({ id, name }) => (
        <input
          type="checkbox"
          name="add"
          value={String(id)}
          checked={also.includes(id)}
          aria-label={t.alsoName(name)}
        />
      ),
    },
  ]
  return (
    <form class="card" method="get" action={PATH}>
      <Hidden values={kept} />
      <Chosen language={language} user={user} change={to(withoutUser(kept))} />
      <div class="row search">
        <Field name="find" type="search" label={t.find} value={query} maxlength={100} />
        <button class="quiet" name="look" value="true">
          {t.search}
        </button>
      </div>
      {isCut && <p class="note warn">{t.more}</p>}
      {missing && (
        <p class="error" role="alert">
          {t.chooseService}
        </p>
      )}
      <Table caption={t.services} columns={columns} rows={services} empty={t.noServices} />
      <button>{t.next}</button>
    </form>
  )
}

const withoutUser = ({ user: _, ...kept }: Readonly<Record<string, string>>) => kept

const Chosen = ({ language, user, change }: { language: Language; user: User; change: string }) => {
  const t = timesTexts[language]
  return (
    <p>
      {t.client}: <a href={`/admin/clients/${user.id}`}>{fullName(user, language)}</a>{' '}
      <span class="code">{user.uniqueCode}</span> {user.phone} · <a href={change}>{t.otherClient}</a>
    </p>
  )
}

export interface WhenView {
  readonly language: Language
  readonly zone: string
  /** Repeating the request with the same one is no second request. (JSX keeps the word `key` to itself.) */
  readonly requestKey: string
  readonly user: User
  readonly services: readonly OfferedService[]
  /** The ids, the main one first. */
  readonly chosen: readonly number[]
  readonly day: string
  readonly staff: string
  readonly masters: readonly Master[]
  /** Undefined: there are none, and the refusal says why. */
  readonly times: DeskTimes | undefined
  readonly refusal: string | undefined
  readonly nearest: readonly NearestSlot[]
  readonly wrong: ReadonlySet<string>
  readonly typed: { readonly notes: string; readonly phone: string }
}

/** Third step: when and with whom, and the button that books. */
export const WhenPage = (view: WhenView) => {
  const {
    language,
    zone,
    requestKey: key,
    user,
    chosen,
    day,
    staff,
    masters,
    times,
    refusal,
    nearest,
    wrong,
    typed,
  } = view
  const t = timesTexts[language]
  const [service = 0, ...add] = chosen
  const what = { key, user: String(user.id), service: String(service), add: add.join(',') }
  const names = chosen.map((id) => view.services.find((each) => each.id === id)?.name ?? `№ ${id}`)
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      {nearest.length > 0 && (
        <form class="card" method="post" action={PATH}>
          <Hidden values={{ ...what, day, staff, ...typed }} />
          <NearestTimes language={language} zone={zone} nearest={nearest} masters={masters} />
        </form>
      )}
      <form class="card" method="get" action={PATH}>
        <Hidden values={what} />
        <Chosen language={language} user={user} change={to(withoutUser({ ...what, day }))} />
        <p>
          {t.services}: {names.join(', ')} · <a href={to({ ...what, day, look: 'true' })}>{t.otherServices}</a>
        </p>
        <DayAndMaster language={language} day={day} staff={staff} masters={masters} />
      </form>
      {times && (
        <form class="card" method="post" action={PATH}>
          <Hidden values={{ ...what, day, staff }} />
          <TimeChoice
            language={language}
            zone={zone}
            legend={t.free(dayInWords(day, language))}
            times={times.free}
            degraded={times.degraded}
            missing={wrong.has('at')}
            day={day}
            dayHref={(other) => to({ ...what, staff, day: other })}
          />
          {times.free.length > 0 && (
            <>
              <Field name="notes" label={t.notes} value={typed.notes} maxlength={1000} />
              <Field
                name="phone"
                label={t.phone}
                hint={t.phoneHint}
                value={typed.phone}
                error={wrong.has('phone') ? t.phoneWrong : undefined}
                maxlength={32}
              />
              <button>{t.book}</button>
            </>
          )}
        </form>
      )}
    </>
  )
}
