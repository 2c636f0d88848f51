import type { Context, Ledger } from '../../src/context.ts'
import { changeBonuses } from '../../src/loyalty/change-bonuses.ts'
import { endPoints } from '../../src/loyalty/end-points.ts'
import { giveBackPoints } from '../../src/loyalty/give-back-points.ts'
import { postponeReservation } from '../../src/loyalty/postpone-reservation.ts'
import { reservePoints } from '../../src/loyalty/reserve-points.ts'
import { resolvePoints } from '../../src/loyalty/resolve-reservation.ts'
import { settleMarkedVisits } from '../../src/loyalty/settle-visits.ts'
import { takeOver } from '../../src/users/merge-users.ts'

/** The commands of a ledger by the test's own clock and database, for whoever calls them one after another. */
export const inProcess = (ctx: Context): Context => ({
  ...ctx,
  ledgerOf: (userId): Ledger => ({
    settle: () => settleMarkedVisits(ctx, userId),
    change: (change) => changeBonuses(ctx, userId, change),
    takeOver: (request) => takeOver(ctx, userId, request),
    reserve: (request) => reservePoints(ctx, userId, request),
    resolve: (resolve) => resolvePoints(ctx, userId, resolve),
    postpone: (request) => postponeReservation(ctx, userId, request),
    giveBack: (request) => giveBackPoints(ctx, userId, request),
    end: (at) => endPoints(ctx, userId, at),
  }),
})
