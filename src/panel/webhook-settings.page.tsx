import type { Language } from '../platform/problem.ts'
import { Hidden } from './form.tsx'
import { Table } from './table.tsx'
import { shellTexts } from './texts/shell.ts'
import { webhookSettingsTexts } from './texts/webhook-settings.ts'

export interface WebhookShown {
  readonly url: string
  readonly registered: boolean
  readonly active: boolean
  readonly self_sending: boolean | null
  readonly missing_events: readonly (keyof (typeof webhookSettingsTexts)['ru']['events'])[]
  readonly addresses: readonly Address[]
  /** Without secrets, as all addresses here. */
  readonly merged: readonly string[]
  readonly differs: boolean
}

interface Address {
  readonly url: string
  readonly whose: keyof (typeof webhookSettingsTexts)['ru']['owners']
}

const PATH = '/admin/settings/webhook'

export interface WebhookSettingsView {
  readonly language: Language
  readonly settings: WebhookShown
  /** The address with its secret, once it was asked for. */
  readonly revealed?: string | undefined
}

/** First step: as it is. */
export const WebhookSettingsPage = ({ language, settings, revealed }: WebhookSettingsView) => {
  const t = webhookSettingsTexts[language]
  const yes = (is: boolean | null) => (is === null ? t.unknown : is ? t.yes : t.no)
  return (
    <>
      <p class="soft">{t.intro}</p>
      <section class="card" aria-labelledby="state">
        <h2 id="state">{t.state}</h2>
        <dl>
          <dt>{t.registered}</dt>
          <dd>
            <span class={`tag ${settings.registered ? 'good' : 'bad'}`}>{yes(settings.registered)}</span>
          </dd>
          <dt>{t.active}</dt>
          <dd>
            <span class={`tag ${settings.active ? 'good' : 'bad'}`}>{yes(settings.active)}</span>
          </dd>
          <dt>{t.selfSending}</dt>
          <dd>{yes(settings.self_sending)}</dd>
          {settings.missing_events.length > 0 && (
            <>
              <dt>{t.missing}</dt>
              <dd>{settings.missing_events.map((event) => t.events[event]).join(', ')}</dd>
            </>
          )}
          <dt>{t.own}</dt>
          <dd>
            <code>{revealed ?? settings.url}</code>
          </dd>
        </dl>
        {revealed === undefined ? (
          <form method="post" action={PATH}>
            <Hidden values={{ step: 'reveal' }} />
            <button class="quiet">{t.reveal}</button>
          </form>
        ) : (
          <>
            <p class="note warn">{t.revealed}</p>
            <button type="button" class="quiet" data-copy={revealed} data-copied={shellTexts[language].copied} hidden>
              {shellTexts[language].copy}
            </button>
          </>
        )}
      </section>
      <section class="card">
        <Table<Address>
          caption={t.addresses}
          empty={t.none}
          rows={settings.addresses}
          columns={[
            { head: t.address, cell: ({ url }) => <code>{url}</code> },
            { head: t.whose, cell: ({ whose }) => t.owners[whose] },
          ]}
        />
        <p>
          {settings.differs ? (
            <a class="button" href={`${PATH}?step=check`}>
              {t.look}
            </a>
          ) : (
            t.nothing
          )}
        </p>
      </section>
    </>
  )
}

/** Second step: what would be written, and the button that does it. */
export const WebhookCheckPage = ({ language, settings }: WebhookSettingsView) => {
  const t = webhookSettingsTexts[language]
  return (
    <form class="card" method="post" action={PATH}>
      <Hidden values={{ step: 'register' }} />
      <p>{settings.differs ? t.keeps : t.nothing}</p>
      <h2>{t.after}</h2>
      <ul class="plain">
        {settings.merged.map((url) => (
          <li>
            <code>{url}</code>
          </li>
        ))}
      </ul>
      <p class="row">
        {settings.differs && <button>{t.confirm}</button>}
        <a class="button quiet" href={PATH}>
          {t.back}
        </a>
      </p>
    </form>
  )
}

/** YClients did not answer, or there is nothing to ask it for. */
export const WebhookRefusedPage = ({ language, refusal }: { language: Language; refusal: string }) => {
  const t = webhookSettingsTexts[language]
  return (
    <>
      <p class="soft">{t.intro}</p>
      <p class="note bad" role="alert">
        {refusal}
      </p>
      <p>
        <a class="button quiet" href={PATH}>
          {t.again}
        </a>
      </p>
    </>
  )
}
