import { giveBack, takeAllowance } from '../auth/take-allowance.ts'
import type { Context } from '../context.ts'
import { DAY_MS, formatInZone, MINUTE_MS } from '../platform/time.ts'

/** Events come in bursts; who asks within this time after the first is served with it. */
const BURST_MS = MINUTE_MS
/** The work begins after that time has surely passed. */
const DELAY_SECONDS = BURST_MS / 1000 + 5

/** Has the catalog brought in line with YClients soon; several who ask together get one run that begins after the last. */
export function askForCatalogSync(ctx: Context): Promise<void> {
  return send(ctx, { key: 'catalog-sync:asked', windowMs: BURST_MS }, DELAY_SECONDS)
}

const NIGHT = { fromHour: 3, toHour: 6 }

/** Once in the small hours of the branch: what no webhook told of. */
export async function syncCatalogNightly(ctx: Context): Promise<void> {
  const { yclients, branchTimezone } = ctx.config
  const local = formatInZone(ctx.now(), branchTimezone)
  const hour = Number(local.slice(11, 13))
  if (!yclients.enabled || hour < NIGHT.fromHour || hour >= NIGHT.toHour) return
  await send(ctx, { key: `catalog-sync:${local.slice(0, 10)}`, windowMs: DAY_MS }, 0)
}

async function send(ctx: Context, once: { key: string; windowMs: number }, delaySeconds: number): Promise<void> {
  const allowance = await takeAllowance(ctx, [{ ...once, limit: 1 }])
  if (!allowance.ok) return
  try {
    await ctx.events.send({ kind: 'sync-catalog' }, { delaySeconds })
  } catch (error) {
    await giveBack(ctx, [once.key])
    throw error
  }
}
