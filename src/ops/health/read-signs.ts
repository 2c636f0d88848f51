import { type VisitSigns, visitSigns } from '../../booking/signs.statements.ts'
import type { Context } from '../../context.ts'
import { type LastLedgerCheck, lastLedgerCheck } from '../../loyalty/ledger-checks.statements.ts'
import { countDueVisits } from '../../loyalty/signs.statements.ts'
import { messagesHeldBack } from '../../notifications/signs.statements.ts'
import { type PaymentSigns, paymentSigns } from '../../payments/signs.statements.ts'
import { DAY_MS, dayInZone, MINUTE_MS } from '../../platform/time.ts'
import { type SyncSigns, syncSigns } from '../../yclients/signs.statements.ts'
import { type OpsSigns, opsSigns } from '../signs.store.ts'

/** Everything by which the state of the system is judged. */
export interface Signs extends OpsSigns, SyncSigns, VisitSigns, PaymentSigns {
  readonly dueVisits: number
  /** Messages to clients that the day's limits have held back today. */
  readonly messagesHeldBack: number
  readonly ledger: LastLedgerCheck | undefined
}

/** Older visits without a client are history. */
const UNMATCHED_MS = 30 * DAY_MS
/** Younger ones are being told, or come again by the sweep. */
const UNTOLD_MS = 15 * MINUTE_MS

/** Reads them all in one round trip; what it costs does not grow with the tables. */
export async function readSigns({ db, now, config }: Pick<Context, 'db' | 'now' | 'config'>): Promise<Signs> {
  const [[ops], [sync], [visits], [due], [ledger], [money], [limited]] = await db.batch([
    opsSigns(db),
    syncSigns(db),
    visitSigns(db, { unmatchedFrom: now() - UNMATCHED_MS, untoldBefore: now() - UNTOLD_MS }),
    countDueVisits(db),
    lastLedgerCheck(db),
    paymentSigns(db, now()),
    messagesHeldBack(db, dayInZone(now(), config.branchTimezone)),
  ])
  if (!ops || !sync || !visits || !due || !money || !limited) throw new Error('a select of scalars gives a row')
  return { ...ops, ...sync, ...visits, ...money, dueVisits: due.due, messagesHeldBack: limited.heldBack, ledger }
}
