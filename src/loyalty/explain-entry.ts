import { formatKopecks } from '../platform/money.ts'
import type { Language } from '../platform/problem.ts'
import type { EntryRow } from './loyalty.store.ts'

/** Says in one sentence where an entry's points come from, with its arithmetic. Pure. */
export function explainEntry(entry: EntryRow, language: Language): string {
  const ru = language === 'ru'
  if (entry.kind === 'spend') return ru ? `Списание бонусов${because(entry)}` : `Points spent${because(entry)}`
  if (entry.kind === 'hold') return ru ? 'Бонусы в счёт оплаты визита' : 'Points towards the price of a visit'
  if (entry.kind === 'release') {
    return ru ? 'Оплата не состоялась, бонусы возвращены' : 'Not paid, points given back'
  }
  if (entry.kind === 'return') {
    return ru ? 'Возврат бонусов, потраченных на визит' : 'Points spent on a visit were given back'
  }
  if (entry.kind === 'expiry') {
    return ru ? 'Срок действия бонусов истёк' : 'Points expired: they were not spent in time'
  }
  if (entry.counterpartUserId !== null) {
    return ru
      ? 'Перенос бонусов: две карточки одного клиента объединены'
      : 'Points moved: two records of one client were merged'
  }
  if (entry.kind === 'adjustment') {
    return ru ? `Ручная корректировка${because(entry)}` : `Adjusted by hand${because(entry)}`
  }
  if (entry.kind === 'reversal') {
    return ru
      ? 'Визит больше не считается завершённым: бонусы за него сняты'
      : 'The visit no longer counts as completed: its points were taken back'
  }
  const percent = (entry.percentBasisPoints ?? 0) / 100
  const base = formatKopecks(entry.baseKopecks ?? 0, language)
  const price = formatKopecks(entry.priceKopecks ?? 0, language)
  const sum =
    entry.baseKopecks === entry.priceKopecks
      ? base
      : ru
        ? `${base} (из ${price}, остальное бонусами)`
        : `${base} (of ${price}, the rest in points)`
  if (entry.kind === 'correction') {
    return ru ? `Пересчёт визита: ${percent} % от ${sum}` : `Visit recalculated: ${percent}% of ${sum}`
  }
  return ru ? `Кэшбэк за визит: ${percent} % от ${sum}` : `Cashback for a visit: ${percent}% of ${sum}`
}

const because = (entry: EntryRow) => (entry.reason ? `: ${entry.reason}` : '')
