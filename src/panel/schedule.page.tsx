import type { PlannedVisit } from '../booking/visits-outside-hours.ts'
import type { DayInterval } from '../catalog/day-intervals.ts'
import { timeOf } from '../catalog/wall-hours.ts'
import type { DayHours } from '../catalog/week-rules.ts'
import type { Language } from '../platform/problem.ts'
import { dateTime, dayInWords } from './dates.ts'
import { Field, Hidden, Select } from './form.tsx'
import { type Column, Table } from './table.tsx'
import { counted, wholeNumber } from './texts/in-both.ts'
import { scheduleTexts } from './texts/schedule.ts'
import type { WeekLine } from './week-form.ts'
import { WeekPicture } from './week-picture.tsx'

export interface SpecialDay {
  readonly day: string
  readonly intervals: readonly DayInterval[]
  readonly reason: string
}

export type LineError = 'incomplete' | 'break_outside_hours' | 'schedule_overlap'

export interface ScheduleView {
  readonly language: Language
  readonly zone: string
  /** Of this very page, also where its forms go. */
  readonly path: string
  readonly refusal: string | undefined
  readonly lines: readonly WeekLine[]
  readonly errors: ReadonlyMap<string, LineError>
  /** The stored week as it was when the page was made. */
  readonly seen: string
  /** What the lines amount to, as far as they can be read. */
  readonly week: readonly DayHours[]
  readonly isPreview: boolean
  readonly switchedOff: number
  readonly outside: readonly PlannedVisit[]
  readonly days: readonly SpecialDay[]
  readonly imported: readonly SpecialDay[]
  readonly typedDay: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
}

export const SchedulePage = (view: ScheduleView) => {
  const { language, refusal, isPreview } = view
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      {isPreview && (
        <p class="note" role="status">
          {scheduleTexts[language].previewed}
        </p>
      )}
      <Outside {...view} />
      <Week {...view} />
      <Days {...view} />
      <NewDay {...view} />
    </>
  )
}

const OUTSIDE_SHOWN = 20

const Outside = ({ language, zone, outside }: ScheduleView) => {
  const t = scheduleTexts[language]
  if (outside.length === 0) return null
  return (
    <section class="note warn" aria-labelledby="outside">
      <h2 id="outside">{t.outside(wholeNumber(outside.length, language))}</h2>
      <ul class="plain">
        {outside.slice(0, OUTSIDE_SHOWN).map(({ id, startsAt, serviceName, clientName }) => (
          <li>
            <a href={`/admin/bookings/${id}`}>{dateTime(startsAt, zone, language)}</a>, {serviceName}, {clientName}
          </li>
        ))}
      </ul>
      <p>{t.outsideWill}</p>
    </section>
  )
}

const Week = ({ language, path, lines, errors, seen, week, switchedOff, imported }: ScheduleView) => {
  const t = scheduleTexts[language]
  return (
    <section class="card" aria-labelledby="week">
      <h2 id="week">{t.week}</h2>
      {imported.length > 0 && (
        <p class="note warn">{t.importedAhead(counted(imported.length, t.countedDays, language))}</p>
      )}
      {/* Reached by keyboard, because it scrolls where it does not fit. */}
      <section class="wide" tabindex={0} aria-label={t.picture}>
        <WeekPicture week={week} days={t.short} label={t.picture} />
      </section>
      <form method="post" action={path}>
        <Hidden values={{ seen }} />
        {t.weekdays.map((weekday, day) => (
          <fieldset class="week-day">
            <legend>{weekday}</legend>
            {lines
              .filter((line) => line.day === day)
              .map((line, index) => (
                <Line
                  language={language}
                  line={line}
                  weekday={weekday}
                  number={index + 1}
                  error={errors.get(line.name)}
                />
              ))}
          </fieldset>
        ))}
        <p class="hint">{t.hint}</p>
        {switchedOff > 0 && <p class="hint">{t.switchedOff(wholeNumber(switchedOff, language))}</p>}
        <p class="row">
          <button name="action" value="week">
            {t.save}
          </button>
          <button class="quiet" name="action" value="preview">
            {t.preview}
          </button>
        </p>
      </form>
    </section>
  )
}

const PARTS = ['from', 'to', 'breakFrom', 'breakTo'] as const

const Line = ({
  language,
  line,
  weekday,
  number,
  error,
}: {
  language: Language
  line: WeekLine
  weekday: string
  number: number
  error: LineError | undefined
}) => {
  const t = scheduleTexts[language]
  const errorId = `${line.name}-error`
  return (
    <>
      <p class="hours">
        {PARTS.map((part) => (
          <>
            <span aria-hidden="true">{t.parts[part]}</span>
            <input
              type="time"
              name={`${line.name}-${part}`}
              value={line[part]}
              aria-label={t.line(weekday, number, t.labels[part])}
              aria-invalid={error ? 'true' : undefined}
              aria-describedby={error ? errorId : undefined}
            />
          </>
        ))}
      </p>
      {error && (
        <p class="error" id={errorId}>
          {t.errors[error]}
        </p>
      )}
    </>
  )
}

const sayHours = (intervals: readonly DayInterval[], off: string) =>
  intervals.length === 0
    ? off
    : intervals.map(({ fromMinute, toMinute }) => `${timeOf(fromMinute)}–${timeOf(toMinute)}`).join(', ')

const Days = ({ language, path, days, imported }: ScheduleView) => {
  const t = scheduleTexts[language]
  const columns: Column<SpecialDay>[] = [
    { head: t.day, cell: ({ day }) => dayInWords(day, language) },
    { head: t.hours, cell: ({ intervals }) => sayHours(intervals, t.off) },
  ]
  const ours: Column<SpecialDay>[] = [
    ...columns,
    { head: t.reason, cell: ({ reason }) => reason || '—' },
    {
      head: t.clear,
      cell: ({ day }) => (
        <form method="post" action={path}>
          <Hidden values={{ action: 'clear', day }} />
          <button class="quiet" aria-label={t.clearDay(dayInWords(day, language))}>
            {t.clear}
          </button>
        </form>
      ),
    },
  ]
  const summary = t.importedDays(wholeNumber(imported.length, language))
  return (
    <section class="card">
      <Table caption={t.days} columns={ours} rows={days} empty={t.noDays} />
      {imported.length > 0 && (
        <details>
          <summary>{summary}</summary>
          <Table caption={summary} columns={columns} rows={imported} empty="" />
        </details>
      )}
    </section>
  )
}

const NewDay = ({ language, path, typedDay, wrong }: ScheduleView) => {
  const t = scheduleTexts[language]
  const kinds = (['off', 'hours'] as const).map((value) => ({ value, text: t.kinds[value] }))
  const hoursError = wrong.has('overlap') ? t.overlapWrong : t.hoursWrong
  const time = (name: 'from' | 'to' | 'from2' | 'to2') => (
    <Field
      name={name}
      type="time"
      label={t[name]}
      value={typedDay[name]}
      error={wrong.has(name) || (name === 'from' && wrong.has('overlap')) ? hoursError : undefined}
    />
  )
  return (
    <section class="card" aria-labelledby="new-day">
      <h2 id="new-day">{t.newDay}</h2>
      <form method="post" action={path}>
        <Hidden values={{ action: 'day' }} />
        <div class="row fields">
          <Field
            name="day"
            type="date"
            label={t.day}
            value={typedDay.day}
            error={wrong.has('past') ? t.pastDay : wrong.has('day') ? t.dayWrong : undefined}
            required
          />
          <Select name="kind" label={t.kind} value={typedDay.kind} options={kinds} />
        </div>
        <div class="row fields">
          {time('from')}
          {time('to')}
          {time('from2')}
          {time('to2')}
        </div>
        <Field name="reason" label={t.reason} hint={t.reasonHint} value={typedDay.reason} maxlength={100} />
        <button>{t.saveDay}</button>
      </form>
    </section>
  )
}
