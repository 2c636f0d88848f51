import type { Context } from '../../context.ts'
import { listLevels } from '../../loyalty/list-levels.ts'
import { type Check, check } from './findings.ts'

/** Whether the levels mean what the salon must mean by them. */
export async function checkLoyalty(ctx: Context): Promise<readonly Check[]> {
  const levels = await listLevels(ctx)
  const [first] = levels
  if (!first) return [check('loyalty', 'levels_none')]
  const isFalling = levels.some(
    ({ percentBasisPoints }, index) => percentBasisPoints < (levels[index - 1]?.percentBasisPoints ?? 0),
  )
  const wrong = [
    ...(first.minSpendKopecks > 0 ? [check('loyalty', 'levels_no_first')] : []),
    ...(isFalling ? [check('loyalty', 'levels_falling')] : []),
  ]
  return wrong.length > 0 ? wrong : [check('loyalty', 'levels_sound', { count: levels.length })]
}
