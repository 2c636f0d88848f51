import type { By } from '../auth/actor.ts'
import { allSessionsOf } from '../auth/personal-data.statements.ts'
import { type TooMany, takeAllowance } from '../auth/take-allowance.ts'
import { parseItems } from '../booking/booking.statements.ts'
import { allBookingsOf, cardsOf, recordsOf } from '../booking/personal-data.statements.ts'
import type { Context } from '../context.ts'
import { allEntriesOf } from '../loyalty/personal-data.statements.ts'
import { allChoicesOf, allDevicesOf, allNoticesOf } from '../notifications/personal-data.statements.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { actionsAbout, messagesTo } from '../ops/personal-data.statements.ts'
import { allPaymentsOf, allRefundsOf } from '../payments/personal-data.statements.ts'
import type { Result } from '../platform/outcome.ts'
import { HOUR_MS } from '../platform/time.ts'
import { eventsAbout } from '../yclients/personal-data.statements.ts'
import { consentsOfUser } from './consents.store.ts'
import { contactsOfUser } from './contacts.store.ts'
import { mergedCodesOf } from './merges.store.ts'
import { personOf } from './person.statements.ts'
import { formerContactsOf, personById } from './personal-data.store.ts'

export type UserExport = NonNullable<Awaited<ReturnType<typeof exportUser>>>

/** Everything we hold about a client, read at one moment. Undefined if there is no such client, or he was erased. */
export async function exportUser(ctx: Context, userId: number) {
  const { db } = ctx
  const [
    [person],
    contacts,
    formerContacts,
    codes,
    consents,
    sessions,
    bookings,
    entries,
    events,
    messages,
    actions,
    notices,
    devices,
    [choices],
    payments,
    refunds,
  ] = await db.batch([
    personById(db, userId),
    contactsOfUser(db, userId),
    formerContactsOf(db, userId),
    mergedCodesOf(db, userId),
    consentsOfUser(db, userId),
    allSessionsOf(db, userId),
    allBookingsOf(db, userId),
    allEntriesOf(db, userId),
    eventsAbout(db, recordsOf(userId)),
    messagesTo(db, personOf(userId, cardsOf(userId))),
    actionsAbout(db, userId),
    allNoticesOf(db, userId),
    allDevicesOf(db, userId),
    allChoicesOf(db, userId),
    allPaymentsOf(db, userId),
    allRefundsOf(db, userId),
  ])
  if (!person || person.erasedAt !== null) return undefined
  const mergedCodes = codes.map(({ code }) => code)
  const about = { mergedCodes, contacts, formerContacts, consents, sessions, entries, events, messages, actions }
  const visits = bookings.map((booking) => ({ ...booking, items: parseItems(booking.items) }))
  return { exportedAt: ctx.now(), person, ...about, notices, devices, choices, payments, refunds, bookings: visits }
}

/** Each reads all that webhooks brought in a month, so nobody does it in a loop. */
const EXPORTS_AN_HOUR = 10

/** The same for the client himself. */
export async function exportOwn(
  ctx: Context,
  userId: number,
): Promise<Result<UserExport, 'unauthenticated'> | TooMany> {
  const limit = { key: `export:${userId}`, limit: EXPORTS_AN_HOUR, windowMs: HOUR_MS }
  const allowance = await takeAllowance(ctx, [limit])
  if (!allowance.ok) return allowance
  const data = await exportUser(ctx, userId)
  // The token outlived its owner.
  return data ? { ok: true, value: data } : { ok: false, refusal: 'unauthenticated' }
}

/** The same for an administrator; that he took it is written down. */
export async function exportUserFor(ctx: Context, userId: number, by: By): Promise<UserExport | undefined> {
  const data = await exportUser(ctx, userId)
  if (!data) return undefined
  await writeAudit(ctx.db, { by, action: 'user.export', entity: 'user', entityId: String(userId) }, ctx.now())
  return data
}
