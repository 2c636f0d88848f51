import * as z from 'zod'
import { callJson } from '../local/http.ts'

const delivery = z.object({
  resource: z.string(),
  resourceId: z.number(),
  outcome: z.string(),
  body: z.unknown(),
})
export type Delivery = z.infer<typeof delivery>

/** The simulator's remote control: only for what no YClients API can tell or do. */
export function createControl(url: string) {
  return {
    recordCount: async () =>
      (await callJson(`${url}/__control/state`, { schema: z.object({ records: z.number() }) })).body.records,
    loseWebhooks: (percent: number) =>
      callJson(`${url}/__control/knobs`, { method: 'PUT', body: { lossPercent: percent }, schema: z.unknown() }),
    /** YClients answers every call with an error, or answers again. */
    switchOff: (off: boolean) =>
      callJson(`${url}/__control/knobs`, {
        method: 'PUT',
        body: { serverErrorPercent: off ? 100 : 0 },
        schema: z.unknown(),
      }),
    /** The webhooks about a record, oldest first, with what became of them. */
    async webhooksOf(recordId: number): Promise<Delivery[]> {
      const { body } = await callJson(`${url}/__control/webhooks`, { schema: z.array(delivery) })
      return body.filter(({ resource, resourceId }) => resource === 'record' && resourceId === recordId)
    },
  }
}

export type Control = ReturnType<typeof createControl>
