import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { brokenPromises, livePaymentHistory } from '../support/payment-history.ts'

const COUNT = Number(env.HISTORIES || 30)
const SEEDS = env.HISTORY_SEED ? [Number(env.HISTORY_SEED)] : Array.from({ length: COUNT }, (_, index) => index + 1)

test.each(SEEDS)(
  'whatever happens to payments in history %i, each kopeck and each point is accounted for',
  async (seed) => {
    const world = await livePaymentHistory(seed)
    expect(await brokenPromises(world)).toEqual([])
  },
)
