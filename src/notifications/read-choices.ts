import type { Context } from '../context.ts'
import type { Language } from '../platform/problem.ts'
import { changeChoices, choicesOf } from './choices.store.ts'
import { type Choices, choicesFrom, offName } from './choices.ts'
import type { Channel, NoticeKind } from './notice.ts'

/** Nothing chosen means everything, in Russian. */
export async function readChoices(ctx: Context, userId: number): Promise<Choices> {
  const [row] = await choicesOf(ctx.db, userId)
  return choicesFrom(row?.language ?? 'ru', parseOff(row?.off))
}

export interface ChoicesChange {
  readonly language?: Language | undefined
  readonly channels: readonly { readonly channel: Channel; readonly on: boolean }[]
  readonly kinds: readonly { readonly kind: NoticeKind; readonly channel: Channel; readonly on: boolean }[]
}

/** Changes what is named and nothing else. Undefined: there is no such client any more. */
export async function choose(ctx: Context, userId: number, change: ChoicesChange): Promise<Choices | undefined> {
  const named = [
    ...change.channels.map(({ channel, on }) => ({ name: offName(channel), on })),
    ...change.kinds.map(({ kind, channel, on }) => ({ name: offName(channel, kind), on })),
  ]
  const names = (on: boolean) => named.filter((each) => each.on === on).map(({ name }) => name)
  const written = { language: change.language, off: names(false), on: names(true) }
  const [row] = await changeChoices(ctx.db, userId, written, ctx.now())
  return row && choicesFrom(row.language, parseOff(row.off))
}

// Ours, and checked by the table.
const parseOff = (off: string | undefined): string[] => (off === undefined ? [] : (JSON.parse(off) as string[]))
