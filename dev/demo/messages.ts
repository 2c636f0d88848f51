import { ANNAS_APP, PHONES } from './cast.ts'
import { demand, demandEqual, type Stage } from './stage.ts'
import type { Texts } from './texts.ts'

type Kind = keyof Texts['messages']['kinds']

/** What came to the client's phone, as the providers got it. */
export async function listMessages(
  { inbox, t, say, ok, waitFor }: Stage,
  visits: { readonly paid: number; readonly declined: number },
): Promise<void> {
  const { kinds } = t.messages
  const isKind = (kind: string): kind is Kind => Object.hasOwn(kinds, kind)
  const { value: pushed } = await waitFor(t.messages.waiting, async () => {
    const messages = await inbox.messagesTo(ANNAS_APP)
    const ofPaid = messages.filter(({ data }) => data?.booking_id === String(visits.paid))
    const told = ['payment_confirmed', 'booking_cancelled', 'refund_made'].every((kind) =>
      ofPaid.some(({ data }) => data?.kind === kind),
    )
    return told && messages.some(({ data }) => data?.kind === 'bonuses_accrued') ? messages : undefined
  })
  const names = pushed.map(({ data }) => `${data?.kind} ${data?.booking_id}`)
  demandEqual('messages that came once', new Set(names).size, names.length)
  demand(
    !pushed.some(({ data }) => data?.booking_id === String(visits.declined)),
    'nothing is said of the declined one',
  )

  const codes = (await inbox.messagesTo(PHONES.anna)).map(({ text }) => ({ kind: 'code', text }))
  const told = pushed.map(({ data, subject, text }) => ({ kind: data?.kind ?? '', text: `${subject}. ${text}` }))
  const all = [...codes, ...told]
  for (const kind of Object.keys(kinds).filter(isKind)) {
    for (const one of all) if (one.kind === kind) say(`${kinds[kind]}: ${one.text}`)
  }
  demand(
    all.every(({ kind }) => isKind(kind)),
    'every kind has a name',
  )
  ok(t.messages.ok(all.length))
}
