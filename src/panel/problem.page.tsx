import type { Language } from '../platform/problem.ts'
import { problemTexts } from './texts/problem.ts'

export interface ProblemView {
  readonly language: Language
  readonly text: string
  readonly code: string
  readonly requestId: string
  readonly retryAfterSeconds?: number | undefined
}

/** A refusal in words. */
export const ProblemPage = ({ language, text, code, requestId, retryAfterSeconds }: ProblemView) => {
  const t = problemTexts[language]
  return (
    <div class="card">
      <p class="note bad" role="alert">
        {text}
      </p>
      {retryAfterSeconds !== undefined && <p>{t.retryIn(retryAfterSeconds)}</p>}
      <p class="soft">
        <code>{code}</code> · {t.request} <code>{requestId}</code>
      </p>
      <a class="button" href="/admin">
        {t.back}
      </a>
    </div>
  )
}
