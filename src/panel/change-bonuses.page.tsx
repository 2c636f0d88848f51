import type { Receipt } from '../loyalty/find-receipt.ts'
import type { Language } from '../platform/problem.ts'
import type { User } from '../users/user.ts'
import { Signed } from './client-card.page.tsx'
import { fullName } from './clients.page.tsx'
import { dateTime } from './dates.ts'
import { Field, Hidden, Select } from './form.tsx'
import { changeBonusesTexts } from './texts/change-bonuses.ts'
import { counted } from './texts/in-both.ts'
import { shellTexts } from './texts/shell.ts'

export type ChangeKind = 'spend' | 'adjustment'

/** First step: whose bonuses. */
export const CodePage = ({ language, code, found }: { language: Language; code: string; found: boolean }) => {
  const t = changeBonusesTexts[language]
  return (
    <form class="card" method="get" action="/admin/write-off">
      <Field
        name="code"
        label={t.code}
        hint={t.codeHint}
        value={code}
        error={found ? undefined : t.codeWrong}
        maxlength={64}
        required
        autofocus
      />
      <button>{t.find}</button>
    </form>
  )
}

export interface ChangeView {
  readonly language: Language
  readonly kind: ChangeKind
  /** Of this very page, also where its form goes. */
  readonly path: string
  /** Repeating the request with the same key is no second request. */
  readonly requestKey: string
  readonly user: User
  readonly visits: readonly { readonly id: number; readonly text: string }[]
  readonly typed: Readonly<Record<string, string>>
  readonly wrong: ReadonlySet<string>
  readonly refusal?: string | undefined
  /** More is to be taken than there is. */
  readonly exceeds?: boolean
}

const Whose = ({ language, user }: Pick<ChangeView, 'language' | 'user'>) => {
  const t = changeBonusesTexts[language]
  return (
    <section class="card" aria-label={t.client}>
      <p>
        <a href={`/admin/clients/${user.id}`}>{fullName(user, language)}</a> <span class="code">{user.uniqueCode}</span>
      </p>
      <p class="big">{counted(user.bonusBalancePoints, shellTexts[language].points, language)}</p>
    </section>
  )
}

/** Second step: how many, and what for. It changes nothing yet, so it is asked for by GET and may be gone back to. */
export const ChangePage = (view: ChangeView) => {
  const { language, kind, path, requestKey, visits, typed, wrong, refusal } = view
  const t = changeBonusesTexts[language]
  const balance = counted(view.user.bonusBalancePoints, shellTexts[language].points, language)
  const amountError = wrong.has('amount') ? t.amountWrong[kind] : view.exceeds ? t.notSoMany(balance) : undefined
  const options = [{ value: '', text: t.noVisit }, ...visits.map(({ id, text }) => ({ value: String(id), text }))]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <Whose {...view} />
      <form class="card" method="get" action={path}>
        <Hidden values={{ key: requestKey }} />
        <Field
          name="amount"
          label={t.amount[kind]}
          hint={t.amountHint[kind]}
          value={typed.amount}
          error={amountError}
          maxlength={12}
          required
          autofocus
        />
        <Field
          name="reason"
          label={t.reason}
          value={typed.reason}
          error={wrong.has('reason') ? t.reasonWrong : undefined}
          maxlength={300}
          required
        />
        {kind === 'spend' && visits.length > 0 && (
          <Select name="visit" label={t.visit} hint={t.visitHint} value={typed.visit} options={options} />
        )}
        <button>{t.next}</button>
      </form>
    </>
  )
}

export interface CheckView extends ChangeView {
  readonly amount: number
}

/** Third step: the same in words, and the button that does it. */
export const CheckPage = (view: CheckView) => {
  const { language, kind, path, requestKey, user, typed, visits, amount } = view
  const t = changeBonusesTexts[language]
  const points = (count: number) => counted(count, shellTexts[language].points, language)
  const what = kind === 'spend' ? 'spend' : amount > 0 ? 'give' : 'take'
  const left = user.bonusBalancePoints + (kind === 'spend' ? -amount : amount)
  const visit = visits.find(({ id }) => String(id) === typed.visit)
  const { reason = '', amount: typedAmount = '', visit: visitId = '' } = typed
  return (
    <form class="card" method="post" action={path}>
      <Hidden values={{ key: requestKey, amount: typedAmount, reason, visit: visitId }} />
      <p class="big">{t.question[what](points(Math.abs(amount)), fullName(user, language))}</p>
      <dl>
        <dt>{t.balance}</dt>
        <dd>{points(user.bonusBalancePoints)}</dd>
        <dt>{t.willBe}</dt>
        <dd>{points(left)}</dd>
        <dt>{t.reason}</dt>
        <dd>{reason}</dd>
        {visit && (
          <>
            <dt>{t.visit}</dt>
            <dd>{visit.text}</dd>
          </>
        )}
      </dl>
      <p class="row">
        <button autofocus>{t.confirm[what]}</button>
        <a class="button quiet" href={`${path}?${new URLSearchParams({ key: requestKey, edit: '', ...typed })}`}>
          {t.back}
        </a>
      </p>
    </form>
  )
}

export interface ReceiptView {
  readonly language: Language
  readonly zone: string
  readonly salon: string
  readonly receipt: Receipt
  readonly user: User
  readonly by: string
  readonly visit: string | undefined
}

/** What was done, for the client to take along. */
export const ReceiptPage = ({ language, zone, salon, receipt, user, by, visit }: ReceiptView) => {
  const t = changeBonusesTexts[language]
  const common = shellTexts[language]
  return (
    <>
      <section class="card" aria-label={t.receipt}>
        <p>
          <strong>{salon}</strong>
        </p>
        <dl>
          <dt>{t.number}</dt>
          <dd>№ {receipt.id}</dd>
          <dt>{t.when}</dt>
          <dd>{dateTime(receipt.createdAt, zone, language)}</dd>
          <dt>{t.client}</dt>
          <dd>
            {fullName(user, language)} <span class="code">{user.uniqueCode}</span>
          </dd>
          <dt>{t.points}</dt>
          <dd>
            <strong>
              <Signed points={receipt.points} language={language} />
            </strong>
          </dd>
          <dt>{t.after}</dt>
          <dd>{counted(receipt.balanceAfterPoints, common.points, language)}</dd>
          <dt>{t.reason}</dt>
          <dd>{receipt.reason}</dd>
          {visit && (
            <>
              <dt>{t.visit}</dt>
              <dd>{visit}</dd>
            </>
          )}
          <dt>{t.who}</dt>
          <dd>{by}</dd>
        </dl>
      </section>
      <p class="row no-print">
        <button type="button" data-print hidden>
          {common.print}
        </button>
        <a class="button quiet" href={`/admin/clients/${user.id}`}>
          {t.toClient}
        </a>
        <a class="button quiet" href="/admin/write-off">
          {t.another}
        </a>
      </p>
    </>
  )
}
