import type { Role } from '../auth/actor.ts'
import type { AuditPage as Entries } from '../ops/list-audit.ts'
import type { Language } from '../platform/problem.ts'
import { dateTime } from './dates.ts'
import { Field, Select } from './form.tsx'
import { NextPage, Table } from './table.tsx'
import { auditTexts } from './texts/audit.ts'
import { shellTexts } from './texts/shell.ts'

type Facts = Readonly<Record<string, unknown>>

export interface AuditLine extends Pick<Entries['entries'][number], 'at' | 'actor' | 'action' | 'entity' | 'entityId'> {
  readonly role: Role | undefined
  readonly before: Facts
  readonly after: Facts
}

export interface AuditView {
  readonly language: Language
  readonly zone: string
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly lines: readonly AuditLine[]
  /** Names of administrators by "admin:3". */
  readonly who: ReadonlyMap<string, string>
  readonly next: string | undefined
}

export const AuditPage = (view: AuditView) => {
  const { language, zone, lines, who, next } = view
  const t = auditTexts[language]
  return (
    <>
      <Filter {...view} />
      <section class="card">
        <Table<AuditLine>
          caption={t.list}
          empty={t.none}
          rows={lines}
          columns={[
            { head: t.when, cell: ({ at }) => dateTime(at, zone, language) },
            {
              head: t.actor,
              cell: ({ actor, role }) => (
                <>
                  {who.get(actor) ?? actor} {role && <span class="soft">{shellTexts[language].roles[role]}</span>}
                </>
              ),
            },
            { head: t.action, cell: ({ action }) => t.actions[action] ?? <Action name={action} /> },
            { head: t.entity, cell: (line) => <Entity {...line} language={language} /> },
            { head: t.details, cell: (line) => <span class="soft">{changes(line).join('; ')}</span> },
          ]}
        />
        <NextPage href={next} text={shellTexts[language].next} />
      </section>
    </>
  )
}

/** Where a thing has a page of its own. */
const PAGES: Readonly<Record<string, string>> = {
  user: '/admin/clients/',
  booking: '/admin/bookings/',
  service: '/admin/catalog/services/',
  category: '/admin/catalog/categories/',
  staff: '/admin/staff/',
  sync_run: '/admin/sync/runs/',
}

const Entity = ({ entity, entityId, language }: AuditLine & { language: Language }) => {
  const said = `${auditTexts[language].entities[entity] ?? entity} ${cut(entityId)}`
  const page = /^\d{1,15}$/.test(entityId) ? PAGES[entity] : undefined
  return page === undefined ? said : <a href={page + entityId}>{said}</a>
}

/** "staff.service_set", which may be broken where its words end. */
const Action = ({ name }: { name: string }) => (
  <>
    {name.split(/(?<=[._])/).map((word) => (
      <>
        {word}
        <wbr />
      </>
    ))}
  </>
)

/** "role: desk → manager"; what did not change is left out, what had nothing before stands alone. */
const changes = ({ before, after }: AuditLine): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((fact) => {
    const [old, fresh] = [say(before[fact]), say(after[fact])]
    if (old === fresh) return []
    if (old === undefined) return [`${fact}: ${fresh}`]
    return [`${fact}: ${old} → ${fresh ?? '—'}`]
  })

const LONGEST = 120

const say = (fact: unknown): string | undefined =>
  fact === undefined ? undefined : cut(typeof fact === 'string' ? fact : JSON.stringify(fact))

const cut = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`)

const Filter = ({ language, typed, wrong }: AuditView) => {
  const t = auditTexts[language]
  const because = (name: string, text: string) => (wrong.has(name) ? text : undefined)
  const entities = [{ value: '', text: t.any }, ...Object.entries(t.entities).map(([value, text]) => ({ value, text }))]
  return (
    <search>
      <form class="card" method="get" action="/admin/settings/audit">
        <div class="row search">
          <Select name="entity" label={t.entity} value={typed.entity} options={entities} />
          <Field
            name="number"
            label={t.entityId}
            value={typed.number}
            error={because('number', t.idNeedsEntity)}
            maxlength={100}
          />
          <Field
            name="actor"
            label={t.actor}
            hint={t.actorHint}
            value={typed.actor}
            error={because('actor', t.tooLong)}
            maxlength={100}
          />
          <Field
            name="from"
            type="datetime-local"
            label={t.from}
            value={typed.from}
            error={because('from', t.timeWrong)}
          />
          <Field name="to" type="datetime-local" label={t.to} value={typed.to} error={because('to', t.timeWrong)} />
          <button>{t.apply}</button>
        </div>
      </form>
    </search>
  )
}
