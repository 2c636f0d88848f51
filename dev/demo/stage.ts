import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import type { Language } from '../local/language.ts'
import { messageOf } from '../local/main.ts'
import type { Inbox } from '../local/messages.ts'
import type { OurService, SalonApp } from '../local/salon-app.ts'
import type { Yclients, YclientsService, YclientsStaff } from '../local/yclients.ts'
import type { Control } from './control.ts'
import { demoTexts, type Texts } from './texts.ts'
import type { Till } from './till.ts'

/** What the steps play on: the parties, and a narrator. */
export interface Stage extends Narrator {
  readonly app: SalonApp
  readonly yclients: Yclients
  readonly control: Control
  readonly till: Till
  readonly inbox: Inbox
  /** What YClients offers, and our own services that were made of it. */
  readonly catalogue: {
    readonly services: readonly YclientsService[]
    readonly staff: readonly YclientsStaff[]
    readonly ours: readonly OurService[]
  }
}

export interface Narrator {
  readonly t: Texts
  /** A step of the story; an error inside comes out with its number and title. */
  step<T>(title: string, play: () => Promise<T>): Promise<T>
  say(line: string): void
  /** Something was checked and is right. */
  ok(line: string): void
  /** Asks until there is an answer; gives it, with how long it took. */
  waitFor<T>(what: string, ask: () => Promise<T | undefined>): Promise<{ value: T; took: string }>
  rubles(kopecks: number): string
  points(count: number): string
  /** An ISO instant on the salon's clock. */
  when(iso: string): string
  seconds(ms: number): string
  readonly steps: number
}

const PATIENCE_MS = 20_000
const POLL_MS = 150
const ZONE = 'Europe/Moscow'
const INDENT = '   '

export function createNarrator(language: Language): Narrator {
  const t = demoTexts[language]
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB'
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency: 'RUB', currencyDisplay: 'narrowSymbol' })
  const plural = new Intl.PluralRules(locale)
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  })
  const seconds = (ms: number) =>
    t.seconds(new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ms / 1000))
  let steps = 0

  /** One line that overwrites itself; only where a person looks on. */
  function progress(line: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`)
  }

  return {
    t,
    get steps() {
      return steps
    },
    async step(title, play) {
      const number = ++steps
      console.log(`\n${styleText('bold', `${String(number).padStart(2)} ${title}`)}`)
      try {
        return await play()
      } catch (error) {
        progress('')
        throw new Error(t.failed(number, title, messageOf(error)), { cause: error })
      }
    },
    say: (line) => console.log(`${INDENT}${line}`),
    ok: (line) => console.log(`${INDENT}${styleText('green', '✓')} ${line}`),
    async waitFor(what, ask) {
      const from = Date.now()
      for (;;) {
        const value = await ask()
        const passed = Date.now() - from
        if (value !== undefined) {
          progress('')
          return { value, took: seconds(passed) }
        }
        if (passed > PATIENCE_MS) throw new Error(t.tooLong(what))
        progress(`${INDENT}… ${t.waiting(what, seconds(passed))}`)
        await sleep(POLL_MS)
      }
    },
    rubles: (kopecks) => money.format(kopecks / 100),
    points: (count) => `${count} ${pluralForm(t, plural.select(count))}`,
    when: (iso) => clock.format(new Date(iso)),
    seconds,
  }
}

function pluralForm(t: Texts, rule: Intl.LDMLPluralRule): string {
  return rule === 'one' || rule === 'few' || rule === 'many' ? t.points[rule] : t.points.other
}

/** What the story claims has to be so. */
export function demand(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(claim)
}

export function demandEqual<T extends string | number | boolean | null>(what: string, actual: T, expected: T): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, expected ${expected}`)
}
