import * as z from 'zod'
import { callJson } from '../local/http.ts'

const state = z.object({
  refunds: z.array(z.object({ paymentId: z.string(), status: z.string(), kopecks: z.number() })),
})
const notification = z.object({ event: z.string(), objectId: z.string(), outcome: z.string() })

/** The payment provider's side: its page, and its books. */
export function createTill(url: string) {
  return {
    /** What the client does on the page to which the app led him; whether the card was taken. */
    async payOnPage(page: string, card: string): Promise<boolean> {
      const { status } = await fetch(page, { method: 'POST', body: new URLSearchParams({ card }), redirect: 'manual' })
      if (status !== 303 && status !== 402) throw new Error(`the pay page answered ${status}`)
      return status === 303
    },
    refundsOf: async (paymentId: string) =>
      (await callJson(`${url}/__control/state`, { schema: state })).body.refunds.filter(
        (refund) => refund.paymentId === paymentId,
      ),
    /** Events about a payment that we have taken. */
    notifiedOf: async (paymentId: string) =>
      (await callJson(`${url}/__control/notifications`, { schema: z.array(notification) })).body
        .filter(({ objectId, outcome }) => objectId === paymentId && outcome === 'sent')
        .map(({ event }) => event),
  }
}

export type Till = ReturnType<typeof createTill>
