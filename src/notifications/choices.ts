import type { Language } from '../platform/problem.ts'
import { CHANNELS, type Channel, NOTICE_KINDS, type NoticeKind, RULES } from './notice.ts'

/** What a client wants to be told, and how. */
export interface Choices {
  readonly language: Language
  readonly channels: Readonly<Record<Channel, boolean>>
  readonly kinds: readonly KindChoice[]
}
export interface KindChoice {
  readonly kind: NoticeKind
  /** Not strictly about a visit. */
  readonly optional: boolean
  /** By which channels such a message may come at all, and whether he wants it so. */
  readonly channels: Partial<Readonly<Record<Channel, boolean>>>
}

/** In the list of what is off: a channel, or a kind by a channel. */
export const offName = (channel: Channel, kind?: NoticeKind): string => (kind ? `${kind}:${channel}` : channel)

/** Pure. */
export function choicesFrom(language: Language, off: readonly string[]): Choices {
  const isOn = (channel: Channel, kind?: NoticeKind) => !off.includes(offName(channel, kind))
  return {
    language,
    channels: { push: isOn('push'), email: isOn('email'), sms: isOn('sms') },
    kinds: NOTICE_KINDS.map((kind) => ({
      kind,
      optional: RULES[kind].optional,
      channels: Object.fromEntries(
        CHANNELS.filter((channel) => RULES[kind].channels.includes(channel)).map((channel) => [
          channel,
          isOn(channel, kind),
        ]),
      ),
    })),
  }
}

export interface ReachedBy {
  /** What he has: a phone with the app, an address, a number. */
  readonly has: Readonly<Record<Channel, boolean>>
  /** What the settings and the notice allow. */
  readonly mayUse: (channel: Channel) => boolean
  readonly off: readonly string[]
  /** These have refused him for this notice. */
  readonly refusedBy: readonly string[]
}

/** The channels for a notice, the best first; or why there is none. Pure. */
export function channelsFor(
  kind: NoticeKind,
  { has, mayUse, off, refusedBy }: ReachedBy,
): { readonly channels: readonly Channel[]; readonly wouldBe: boolean } {
  const usable = RULES[kind].channels.filter(
    (channel) => has[channel] && mayUse(channel) && !refusedBy.includes(channel),
  )
  const wanted = usable.filter((channel) => !off.includes(offName(channel)) && !off.includes(offName(channel, kind)))
  return { channels: wanted, wouldBe: usable.length > 0 }
}
