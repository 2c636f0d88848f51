import type { Language } from '../platform/problem.ts'
import { readEmail, readPhone } from '../users/contact.ts'
import type { User } from '../users/user.ts'
import { fullName } from './clients.page.tsx'
import { Check, Field, Hidden } from './form.tsx'
import { newClientTexts } from './texts/new-client.ts'

const PATH = '/admin/clients/new'

/** What an empty search says: there is nobody, and the way to change that. What was looked for is carried along. */
export const Newcomer = ({ language, query, back }: { language: Language; query: string; back?: string }) => {
  const t = newClientTexts[language]
  const typed = readPhone(query) || readEmail(query) ? { contact: query } : /\d/.test(query) ? {} : { name: query }
  return (
    <>
      {t.missing} <a href={`${PATH}?${new URLSearchParams({ ...typed, ...(back && { back }) })}`}>{t.register}</a>
    </>
  )
}

/** Where the new client is taken back to: the page that looked for him, which then has him chosen. */
export function backWith(back: string, userId: number): string {
  const [path = '', search] = back.split('?')
  const query = new URLSearchParams(search)
  query.set('user', String(userId))
  return `${path}?${query}`
}

export interface NewClientView {
  readonly language: Language
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly refusal?: string | undefined
}

/** First step: where the code goes. */
export const ContactPage = ({ owner, ...view }: NewClientView & { owner?: User | undefined }) => {
  const { language, typed, wrong, refusal } = view
  const t = newClientTexts[language]
  const { name = '', back = '' } = typed
  return (
    <>
      <Refusal text={refusal} />
      {owner && (
        <p class="note bad" role="alert">
          {t.isClient} <a href={`/admin/clients/${owner.id}`}>{fullName(owner, language)}</a>
          {back !== '' && (
            <>
              {' · '}
              <a href={backWith(back, owner.id)}>{t.choose}</a>
            </>
          )}
        </p>
      )}
      <form class="card" method="post" action={PATH}>
        <Hidden values={{ name, back }} />
        <Field
          name="contact"
          label={t.contact}
          hint={t.contactHint}
          value={typed.contact}
          error={wrong.has('contact') ? t.contactWrong : undefined}
          maxlength={254}
          required
          autofocus
        />
        <button name="step" value="send">
          {t.send}
        </button>
      </form>
    </>
  )
}

export interface CodeView extends NewClientView {
  /** In the spelling in which it is stored. */
  readonly contact: string
  /** Of the code that was sent. */
  readonly challenge: string
  readonly consent: { readonly version: string; readonly url: string | undefined }
  /** Why the code was refused. */
  readonly codeError?: string | undefined
}

/** Second step: the code that the client tells, and who he is. */
export const ClientCodePage = (view: CodeView) => {
  const { language, typed, wrong, refusal, contact, challenge, consent, codeError } = view
  const t = newClientTexts[language]
  const { back = '' } = typed
  const first = new URLSearchParams({ contact, name: typed.name ?? '', back })
  return (
    <>
      <Refusal text={refusal} />
      <form class="card" method="post" action={PATH}>
        <Hidden values={{ contact, challenge, back }} />
        <p>
          {t.sentTo(contact)} · <a href={`${PATH}?${first}`}>{t.otherContact}</a>
        </p>
        <Field
          name="code"
          label={t.code}
          value={typed.code}
          error={codeError ?? (wrong.has('code') ? t.codeWrong : undefined)}
          maxlength={12}
          required
          autofocus
        />
        <Field
          name="name"
          label={t.name}
          value={typed.name}
          error={wrong.has('name') ? t.nameWrong : undefined}
          maxlength={100}
          required
        />
        <Field name="surname" label={t.surname} value={typed.surname} maxlength={100} />
        <Check name="consent" label={t.consent(consent.version)} checked={typed.consent === 'true'} />
        {consent.url && (
          <p class="hint">
            <a href={consent.url}>{t.consentText}</a>
          </p>
        )}
        <p class="row">
          <button name="step" value="create">
            {t.create}
          </button>
          <button class="quiet" name="step" value="send" formnovalidate>
            {t.resend}
          </button>
        </p>
      </form>
    </>
  )
}

const Refusal = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <p class="note bad" role="alert">
      {text}
    </p>
  )
