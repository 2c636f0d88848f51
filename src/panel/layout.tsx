import type { Child } from 'hono/jsx'
import type { Role } from '../auth/actor.ts'
import type { Language } from '../platform/problem.ts'
import { SCRIPT_FILE, STYLE_FILE } from './assets/assets.ts'
import { type Section, shellTexts } from './texts/shell.ts'

export interface Flash {
  readonly kind: 'good' | 'bad' | 'warn'
  readonly text: string
}

export interface Shell {
  readonly language: Language
  readonly salon: string
  readonly title: string
  /** Where this page is, for coming back after the language was switched. */
  readonly path: string
  /** Absent before signing in. */
  readonly admin: { readonly name: string; readonly role: Role } | undefined
  /** Those that this administrator may see. */
  readonly sections: readonly Section[]
  readonly flash?: Flash | undefined
  /** For pages with one small form. */
  readonly narrow?: boolean | undefined
  /** Something goes on that is worth looking at again so often; scripts look by themselves. */
  readonly refreshSeconds?: number | undefined
}

/** What stands around every page: head, sections, what has just been done, language. */
export const Layout = ({ children, ...shell }: Shell & { children: Child }) => {
  const { language, title, admin, flash, refreshSeconds } = shell
  const t = shellTexts[language]
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · ${shell.salon}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="stylesheet" href={`/admin/assets/${STYLE_FILE}`} />
        <script src={`/admin/assets/${SCRIPT_FILE}`} defer />
        {refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          {t.skip}
        </a>
        <header class="top">
          <span class="brand">{shell.salon}</span>
          <Sections {...shell} />
          {admin && <LogOut {...admin} language={language} />}
        </header>
        <main id="main" tabindex={-1} class={shell.narrow ? 'narrow' : ''}>
          <h1>{title}</h1>
          {flash && (
            <p class={`note ${flash.kind}`} role="status">
              {flash.text}
            </p>
          )}
          {children}
        </main>
        <footer class="bottom">
          <form method="post" action="/admin/language">
            <input type="hidden" name="language" value={language === 'ru' ? 'en' : 'ru'} />
            <input type="hidden" name="next" value={shell.path} />
            <button class="quiet" lang={language === 'ru' ? 'en' : 'ru'}>
              {t.otherLanguage}
            </button>
          </form>
          <span class="soft">{t.panel}</span>
        </footer>
      </body>
    </html>
  )
}

const Sections = ({ language, sections, path }: Shell) => {
  const t = shellTexts[language]
  const here = path.split('?')[0] ?? ''
  // The longest address that this page's begins with: a client's card belongs to the clients.
  const current = [...sections]
    .sort((a, b) => b.length - a.length)
    .find((section) => here === section || (section !== '/admin' && here.startsWith(`${section}/`)))
  if (sections.length === 0) return null
  return (
    <nav aria-label={t.sections}>
      <ul>
        {sections.map((section) => (
          <li>
            <a href={section} {...(section === current && { 'aria-current': 'page' })}>
              {t.nav[section]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const LogOut = ({ name, role, language }: { name: string; role: Role; language: Language }) => {
  const t = shellTexts[language]
  return (
    <form method="post" action="/admin/logout">
      <span class="role">
        {name} · {t.roles[role]}{' '}
      </span>
      <button class="quiet">{t.logOut}</button>
    </form>
  )
}
