import type { DeskTimes } from '../booking/find-desk-times.ts'
import type { NearestSlot } from '../booking/find-nearest.ts'
import type { BookingRow } from '../booking/get-visit.ts'
import type { Language } from '../platform/problem.ts'
import { Status, Whose } from './bookings.page.tsx'
import { dateTime, dayInWords } from './dates.ts'
import { Field, Hidden } from './form.tsx'
import { bookingsTexts } from './texts/bookings.ts'
import { timesTexts } from './texts/times.ts'
import { DayAndMaster, type Master, NearestTimes, TimeChoice } from './times.tsx'

export interface MoveVisitView {
  readonly language: Language
  readonly zone: string
  readonly booking: BookingRow
  /** Of its client, as the salon calls him. */
  readonly name: string | undefined
  readonly day: string
  /** As chosen; empty: anybody. */
  readonly staff: string
  readonly masters: readonly Master[]
  /** Undefined: its service is not known here. */
  readonly times: DeskTimes | undefined
  /** Why no times are shown, or why the last attempt was refused. */
  readonly refusal: string | undefined
  readonly nearest: readonly NearestSlot[]
  readonly wrong: ReadonlySet<string>
  readonly typedTime: string
}

export const MoveVisitPage = (view: MoveVisitView) => {
  const { language, zone, booking, name, refusal, nearest, masters } = view
  const t = timesTexts[language]
  const path = `/admin/bookings/${booking.id}/move`
  const seen = { revision: String(booking.revision) }
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      {nearest.length > 0 && (
        <form class="card" method="post" action={path}>
          <Hidden values={seen} />
          <NearestTimes language={language} zone={zone} nearest={nearest} masters={masters} />
        </form>
      )}
      <section class="card" aria-label={bookingsTexts[language].visit(booking.id)}>
        <p>
          {t.now}: <a href={`/admin/bookings/${booking.id}`}>{dateTime(booking.startsAt, zone, language)}</a>,{' '}
          {booking.serviceName}, {booking.staffName}
        </p>
        <p>
          <Whose booking={booking} name={name} language={language} /> <Status booking={booking} language={language} />
        </p>
      </section>
      {booking.serviceId === null || booking.staffId === null ? (
        <p class="note warn">{t.cannotMove}</p>
      ) : (
        <Choice {...view} path={path} seen={seen} />
      )}
    </>
  )
}

const Choice = ({ path, seen, ...view }: MoveVisitView & { path: string; seen: Readonly<Record<string, string>> }) => {
  const { language, zone, day, staff, masters, times, wrong, typedTime } = view
  const t = timesTexts[language]
  return (
    <>
      <form class="card" method="get" action={path}>
        <DayAndMaster language={language} day={day} staff={staff} masters={masters} />
      </form>
      {times && (
        <form class="card" method="post" action={path}>
          <Hidden values={{ ...seen, day, staff }} />
          <TimeChoice
            language={language}
            zone={zone}
            legend={t.free(dayInWords(day, language))}
            times={times.free}
            degraded={times.degraded}
            missing={wrong.has('at')}
            day={day}
            dayHref={(other) => `${path}?${new URLSearchParams({ staff, day: other })}`}
          />
          {times.free.length > 0 && <button>{t.move}</button>}
        </form>
      )}
      <form class="card" method="post" action={path}>
        <Hidden values={{ ...seen, day, staff }} />
        <div class="row fields">
          <Field
            name="time"
            type="time"
            label={t.other}
            hint={t.otherHint}
            value={typedTime}
            error={wrong.has('time') ? t.otherWrong : undefined}
            required
          />
          <button class="quiet">{t.tryOther}</button>
        </div>
      </form>
    </>
  )
}
