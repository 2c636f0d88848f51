import type { Context } from '../../context.ts'
import { MINUTE_MS } from '../../platform/time.ts'
import { type Access, EXAMINED_CALLS, type ExaminedCall, examineAccess } from '../../yclients/examine-access.ts'
import { type Check, check } from './findings.ts'

const CLOCK_TOLERANCE_MS = MINUTE_MS
/** Work goes on without these. */
const EXTRAS: readonly ExaminedCall[] = ['schedule', 'permissions', 'hooks']

/** What YClients answers to the tokens that we have. */
export async function checkYclients(ctx: Context, origin: string): Promise<readonly Check[]> {
  if (!ctx.config.yclients.enabled) return []
  const access = await examineAccess(ctx, origin)
  if (!access.clock || !access.calls) return [check('yclients', 'host_silent')]
  return [
    check('yclients', 'host_answers'),
    onClock(access.clock.aheadMs),
    ...onCalls(access.calls),
    ...onBranch(access, ctx.config.branchTimezone),
    ...onHooks(access),
  ]
}

function onClock(aheadMs: number | undefined): Check {
  if (aheadMs === undefined) return check('yclients', 'clock_unknown')
  const code = Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS ? 'clock_agrees' : 'clock_differs'
  return check('yclients', code, { seconds: Math.round(Math.abs(aheadMs) / 1000) })
}

const onCalls = (calls: NonNullable<Access['calls']>): readonly Check[] =>
  EXAMINED_CALLS.map((call) => {
    const failure = calls[call]
    if (!failure) return check('yclients', 'call_answers', { call })
    const status = 'status' in failure ? failure.status : failure.kind
    const isRight = failure.kind === 'refused' || failure.kind === 'not_found' || failure.kind === 'rejected'
    const code = !isRight ? 'call_failed' : EXTRAS.includes(call) ? 'extra_refused' : 'call_refused'
    return check('yclients', code, { call, status })
  })

/** Of what could not be read nothing more is said. */
function onBranch({ calls, zone, showsContacts }: Access, ours: string): readonly Check[] {
  const contacts =
    showsContacts === undefined ? 'contacts_unknown' : showsContacts ? 'contacts_shown' : 'contacts_hidden'
  const onZone =
    zone === undefined
      ? check('yclients', 'zone_unknown')
      : check('yclients', zone === ours ? 'zone_agrees' : 'zone_differs', { theirs: zone.slice(0, 60), ours })
  return [
    ...(calls?.records && showsContacts === undefined ? [] : [check('yclients', contacts)]),
    ...(calls?.company ? [] : [onZone]),
  ]
}

function onHooks({ hooks }: Access): readonly Check[] {
  if (!hooks) return [check('webhook', 'hook_unreadable')]
  const has = (whose: 'current' | 'outdated') => hooks.addresses.some((address) => address.whose === whose)
  return [
    check('webhook', has('current') ? 'hook_registered' : has('outdated') ? 'hook_outdated' : 'hook_missing'),
    ...(hooks.active ? [] : [check('webhook', 'hook_inactive')]),
    ...(hooks.missingEvents.length > 0
      ? [check('webhook', 'hook_events_missing', { events: hooks.missingEvents.join(', ') })]
      : []),
  ]
}
