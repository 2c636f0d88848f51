import type { Language } from '../platform/problem.ts'
import { Field, Hidden } from './form.tsx'
import { signInTexts } from './texts/sign-in.ts'

export interface SignInView {
  readonly language: Language
  readonly next: string
  readonly email: string
  /** Fields that were left empty. */
  readonly wrong: ReadonlySet<string>
  /** Why it was refused, in words. */
  readonly refusal?: string | undefined
}

export const SignInPage = ({ language, next, email, wrong, refusal }: SignInView) => {
  const t = signInTexts[language]
  return (
    <>
      {refusal && (
        <p class="note bad" role="alert">
          {refusal}
        </p>
      )}
      <form class="card" method="post" action="/admin/login">
        <Hidden values={{ next }} />
        <Field
          name="email"
          type="email"
          label={t.email}
          value={email}
          error={wrong.has('email') ? t.emailWrong : undefined}
          autocomplete="username"
          required
          autofocus
        />
        <Field
          name="password"
          type="password"
          label={t.password}
          error={wrong.has('password') ? t.passwordWrong : undefined}
          autocomplete="current-password"
          required
        />
        <button>{t.submit}</button>
      </form>
      <p class="soft">
        {t.first} {t.firstHow} <code>npm run admin:create</code>.
      </p>
    </>
  )
}
