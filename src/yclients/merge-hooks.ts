import { sameSecret } from '../platform/secrets.ts'
import type { WireHookSettings } from './wire-hooks.ts'

/** Where our webhook stands, on whatever host this Worker is reached. */
export const WEBHOOK_PATH = '/api/v1/yclients/webhook'

/** The kinds of events that we do something with, by YClients' names of their switches. */
export const NEEDED_EVENTS = ['record', 'client', 'service', 'service_category', 'master'] as const
export type NeededEvent = (typeof NEEDED_EVENTS)[number]

export interface HookAddress {
  readonly url: string
  /** current: as it has to be. outdated: ours, but with an old secret or another host. foreign: of another integration. */
  readonly whose: 'current' | 'outdated' | 'foreign'
}

export interface HooksNow {
  readonly addresses: readonly HookAddress[]
  readonly active: boolean
  /** Undefined: YClients does not say. */
  readonly selfSending: boolean | undefined
  /** Needed kinds of events that are not sent. */
  readonly missingEvents: readonly NeededEvent[]
}

/** What YClients' settings mean for us. `ownUrl` is undefined while there is no secret to put into it. */
export async function readHooks(settings: WireHookSettings, ownUrl: string | undefined): Promise<HooksNow> {
  const addresses = await Promise.all(
    urlsOf(settings).map(async (url) => ({ url, whose: await whoseIs(url, ownUrl) }) as const),
  )
  const current = addresses.find(({ whose }) => whose === 'current')
  return {
    // One is enough: by a second spelling of it every event would come twice.
    addresses: addresses.map((address) =>
      address.whose === 'current' && address !== current ? { ...address, whose: 'outdated' } : address,
    ),
    active: settings.active ?? true,
    selfSending: settings.self_sending ?? undefined,
    missingEvents: NEEDED_EVENTS.filter((name) => isOff(settings[name])),
  }
}

/**
 * The settings with our address in them: every foreign address stays, our outdated ones go, what we need is switched on and
 * nothing is switched off. Undefined if all is well already.
 */
export function mergeHooks(settings: WireHookSettings, now: HooksNow, ownUrl: string): object | undefined {
  const isRegistered = now.addresses.some(({ whose }) => whose === 'current')
  const isOutdated = now.addresses.some(({ whose }) => whose === 'outdated')
  if (isRegistered && !isOutdated && now.active && now.missingEvents.length === 0) return undefined
  const { url: _, ...kept } = settings
  return {
    ...kept,
    ...(settings.self_sending == null ? {} : { self_sending: settings.self_sending ? 1 : 0 }),
    urls: mergedUrls(now, ownUrl),
    active: 1,
    ...Object.fromEntries(NEEDED_EVENTS.map((name) => [name, 1])),
  }
}

/** Foreign addresses and ours, once. */
export function mergedUrls({ addresses }: HooksNow, ownUrl: string): readonly string[] {
  const staying = addresses.filter(({ whose }) => whose !== 'outdated').map(({ url }) => url)
  return addresses.some(({ whose }) => whose === 'current') ? staying : [...staying, ownUrl]
}

/** Without what may be a secret: user, password and query. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return '…'
  const { protocol, host, pathname, search } = new URL(text)
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`
}

/** The one of before 2020 may stand beside the list without being in it. */
const urlsOf = ({ urls, url }: WireHookSettings): readonly string[] => [
  ...new Set([...(urls ?? []), ...(url ? [url] : [])]),
]

async function whoseIs(url: string, ownUrl: string | undefined): Promise<HookAddress['whose']> {
  if (ownUrl === undefined || !URL.canParse(url)) return 'foreign'
  const [theirs, own] = [new URL(url), new URL(ownUrl)]
  if (theirs.pathname !== own.pathname) return 'foreign'
  const tokens = [theirs, own].map(({ searchParams }) => searchParams.get('token') ?? '')
  const hasSecret = await sameSecret(tokens[0] ?? '', tokens[1] ?? '')
  // Another host with our path may be another salon's copy of this program: only our secret or our host makes it ours.
  if (theirs.host === own.host) {
    const isSame = hasSecret && theirs.protocol === own.protocol && theirs.username === '' && theirs.password === ''
    return isSame ? 'current' : 'outdated'
  }
  return hasSecret ? 'outdated' : 'foreign'
}

/** A kind that YClients does not mention is not known to be off. */
const isOff = (flag: unknown): boolean => flag === 0 || flag === '0' || flag === false
