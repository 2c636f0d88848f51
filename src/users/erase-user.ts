import type { By } from '../auth/actor.ts'
import { contactHash } from '../auth/one-time-code.ts'
import { eraseCodes, eraseSessions } from '../auth/personal-data.statements.ts'
import { type TooMany, takeAllowance } from '../auth/take-allowance.ts'
import { cardsOf, eraseFromBookings, eraseFromOthersBookings } from '../booking/personal-data.statements.ts'
import type { Context } from '../context.ts'
import { eraseReasons } from '../loyalty/personal-data.statements.ts'
import { eraseNotices } from '../notifications/personal-data.statements.ts'
import { writeAudit } from '../ops/audit.statements.ts'
import { eraseFromAudit, eraseFromParkedWork } from '../ops/personal-data.statements.ts'
import { eraseFromPayments, eraseRefundReasons } from '../payments/personal-data.statements.ts'
import { isRefusedWith } from '../platform/db.ts'
import type { Result } from '../platform/outcome.ts'
import { HOUR_MS } from '../platform/time.ts'
import { contactsOfUser, type StoredContact } from './contacts.store.ts'
import { erasedContactHash, retiredCodeHash } from './erased-person.ts'
import { keysOfPerson, type PersonKey, personOf } from './person.statements.ts'
import {
  CHANGED_SINCE_READ,
  eraseContacts,
  eraseFormerContacts,
  eraseMergedCodes,
  eraseProfile,
  type Person,
  personById,
  rememberErased,
  retireCodes,
} from './personal-data.store.ts'

/** How much was touched, by place. All zero when there was nothing left to erase. */
export interface Touched {
  readonly contacts: number
  readonly bookings: number
  /** Visits of others that named him in what somebody wrote. */
  readonly othersBookings: number
  readonly parkedWork: number
  readonly auditEntries: number
  readonly sessions: number
  readonly oneTimeCodes: number
  readonly bonusReasons: number
}
export interface Erased {
  readonly userId: number
  /** The first time, however often it is repeated. */
  readonly erasedAt: number
  readonly touched: Touched
}

/** A client whose code or contacts change faster than this is no client. */
const MAX_ROUNDS = 5

/**
 * Forgets a client wherever something personal of him stands. One transaction, so that a crash leaves all or nothing, and safe
 * to repeat. His visits and his ledger stay without him and still add up; his consents stay as proof; his code is never given
 * out again; neither are those of clients who were merged into him. YClients, messages already sent and copies outside this database are not reached: see docs/personal-data.md.
 */
export async function eraseUser(ctx: Context, userId: number, by: By): Promise<Result<Erased, 'user_not_found'>> {
  const { db } = ctx
  for (let round = 1; ; round++) {
    const [[person], keys, contacts] = await db.batch([
      personById(db, userId),
      keysOfPerson(db, personOf(userId, cardsOf(userId))),
      contactsOfUser(db, userId),
    ])
    // Of a merged client nothing is left; whoever wants to forget the person has to name the one who has everything.
    if (!person || person.mergedInto !== null) return { ok: false, refusal: 'user_not_found' }
    const hashes = await hashesOf(ctx, keys, contacts)
    try {
      const erased = await erase(ctx, person, hashes, by)
      ctx.log.info('user.erased', { user_id: userId, ...erased.touched })
      return { ok: true, value: erased }
    } catch (error) {
      // He got a code or a contact since it was read; nothing is written yet.
      if (!isRefusedWith(error, CHANGED_SINCE_READ) || round >= MAX_ROUNDS) throw error
    }
  }
}

/** Each looks through all visits, so nobody does it in a loop. */
const ERASURES_AN_HOUR = 10

/** The client erases himself. */
export async function eraseOwn(
  ctx: Context,
  userId: number,
  by: By,
): Promise<Result<Erased, 'user_not_found'> | TooMany> {
  const limit = { key: `erase:${userId}`, limit: ERASURES_AN_HOUR, windowMs: HOUR_MS }
  const allowance = await takeAllowance(ctx, [limit])
  return allowance.ok ? await eraseUser(ctx, userId, by) : allowance
}

interface Hashes {
  /** His own, and those of clients who were merged into him. */
  readonly ofCodes: readonly string[]
  readonly ofKeys: readonly (PersonKey & { hash: string })[]
  /** As the one-time codes know them. */
  readonly ofContacts: readonly string[]
}

async function hashesOf(ctx: Context, keys: readonly PersonKey[], contacts: readonly StoredContact[]): Promise<Hashes> {
  return {
    ofCodes: await Promise.all(keys.filter(({ kind }) => kind === 'code').map(({ key }) => retiredCodeHash(key))),
    ofKeys: await Promise.all(
      keys.map(async ({ kind, key }) => ({
        kind,
        key,
        hash: await erasedContactHash(ctx.config.secrets[0], kind, key),
      })),
    ),
    ofContacts: await Promise.all(contacts.map((contact) => contactHash(ctx, contact))),
  }
}

async function erase(ctx: Context, person: Person, hashes: Hashes, by: By): Promise<Erased> {
  const { db } = ctx
  const now = ctx.now()
  const { id: userId, uniqueCode } = person
  const who = personOf(userId, cardsOf(userId))
  const audit = {
    by,
    action: 'user.erase',
    entity: 'user',
    entityId: String(userId),
    before: { erased: person.erasedAt !== null, code: uniqueCode !== null, contacts: hashes.ofContacts.length },
    after: { erased: true, code: false, contacts: 0 },
  }
  // The order matters: what is found by his contacts and cards goes before them, and his card goes with his visits.
  const [, , parked, details, bookings, ofOthers, codes, sessions, [profile], contacts, , , reasons] = await db.batch([
    retireCodes(db, hashes.ofCodes),
    rememberErased(db, who, hashes.ofKeys, now),
    eraseFromParkedWork(db, who, now),
    eraseFromAudit(db, who),
    eraseFromBookings(db, userId, who, now),
    eraseFromOthersBookings(db, who, now),
    eraseCodes(db, hashes.ofContacts),
    eraseSessions(db, userId),
    eraseProfile(db, userId, now),
    eraseContacts(db, userId),
    eraseFormerContacts(db, userId),
    eraseMergedCodes(db, userId),
    eraseReasons(db, userId),
    eraseFromPayments(db, userId),
    eraseRefundReasons(db, userId),
    writeAudit(db, audit, now),
    ...eraseNotices(db, userId),
  ])
  return {
    userId,
    erasedAt: profile?.erasedAt ?? now,
    touched: {
      contacts: contacts.changes,
      bookings: bookings.changes,
      othersBookings: ofOthers.changes,
      parkedWork: parked.changes,
      auditEntries: details.changes,
      sessions: sessions.changes,
      oneTimeCodes: codes.changes,
      bonusReasons: reasons.changes,
    },
  }
}
