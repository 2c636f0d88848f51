import type { DeskTime } from '../booking/find-desk-times.ts'
import type { NearestSlot } from '../booking/find-nearest.ts'
import type { Language } from '../platform/problem.ts'
import { addDays, formatInZone } from '../platform/time.ts'
import { clock, dateTime, dayInWords } from './dates.ts'
import { Field, Select } from './form.tsx'
import { timesTexts } from './texts/times.ts'

interface Shown {
  readonly language: Language
  readonly zone: string
}

export interface Master {
  readonly id: number
  readonly name: string
}

/** A time as it stands in a form: "2026-09-16T10:00:00+03:00", and with whom if it is somebody's. */
export const timeValue = ({ startsAt, staffId }: DeskTime, zone: string): string =>
  `${formatInZone(startsAt, zone)}${staffId === null ? '' : ` ${staffId}`}`

/** Which day and with whom; asks for the page anew. */
export const DayAndMaster = ({
  language,
  day,
  staff,
  masters,
}: Pick<Shown, 'language'> & { day: string; staff: string; masters: readonly Master[] }) => {
  const t = timesTexts[language]
  const people = masters.map(({ id, name }) => ({ value: String(id), text: name }))
  return (
    <div class="row fields">
      <Field name="day" type="date" label={t.day} value={day} required />
      <Select name="staff" label={t.master} value={staff} options={[{ value: '', text: t.anyMaster }, ...people]} />
      <button class="quiet">{t.showTimes}</button>
    </div>
  )
}

/** Free times to choose one of. A button for each would book the first when somebody presses Enter in a field. */
export const TimeChoice = ({
  language,
  zone,
  legend,
  times,
  degraded,
  missing,
  day,
  dayHref,
}: Shown & {
  legend: string
  times: readonly DeskTime[]
  degraded: boolean
  missing: boolean
  day: string
  /** The same page for another day. */
  dayHref: (day: string) => string
}) => {
  const t = timesTexts[language]
  return (
    <>
      {degraded && <p class="note warn">{t.degraded}</p>}
      <fieldset class="times" aria-describedby={missing ? 'at-error' : undefined}>
        <legend>{legend}</legend>
        {times.map((time) => (
          <label>
            <input type="radio" name="at" value={timeValue(time, zone)} required />
            <span>{clock(time.startsAt, zone)}</span>
          </label>
        ))}
      </fieldset>
      {times.length === 0 && (
        <>
          <p class="soft">{t.nothingFree}</p>
          <p class="row">
            {[addDays(day, -1), addDays(day, 1)].map((other, index) => (
              <a class="button quiet" href={dayHref(other)}>
                {index === 0 ? '← ' : ''}
                {dayInWords(other, language)}
                {index === 1 ? ' →' : ''}
              </a>
            ))}
          </p>
        </>
      )}
      {missing && (
        <p class="error" id="at-error">
          {t.chooseTime}
        </p>
      )}
    </>
  )
}

/** What is free instead of a time that was taken, each a click away. */
export const NearestTimes = ({
  language,
  zone,
  nearest,
  masters,
}: Shown & { nearest: readonly NearestSlot[]; masters: readonly Master[] }) => {
  const nameOf = (staffId: number) => masters.find(({ id }) => id === staffId)?.name ?? `№ ${staffId}`
  return (
    <>
      <p>{timesTexts[language].nearest}</p>
      <p class="row">
        {nearest.map((slot) => (
          <button class="quiet" name="at" value={timeValue(slot, zone)}>
            {dateTime(slot.startsAt, zone, language)}, {nameOf(slot.staffId)}
          </button>
        ))}
      </p>
    </>
  )
}
