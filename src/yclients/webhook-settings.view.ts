import { z } from '@hono/zod-openapi'
import { maskUrl, NEEDED_EVENTS } from './merge-hooks.ts'
import type { WebhookSettings } from './webhook-settings.ts'

const addressSchema = z.object({
  url: z.string().openapi({ description: 'Without query and password, which may be secret' }),
  whose: z
    .enum(['current', 'outdated', 'foreign'])
    .openapi({ description: 'Ours as it has to be, ours of before (old secret or host), of another integration' }),
})

export const webhookSettingsSchema = z
  .object({
    url: z.string().openapi({ description: 'Our address for YClients; its secret only with reveal=true' }),
    registered: z.boolean(),
    active: z.boolean().openapi({ description: 'Whether YClients sends events at all' }),
    self_sending: z
      .boolean()
      .nullable()
      .openapi({ description: 'Whether changes made through the API send events too; null: not known' }),
    missing_events: z.array(z.enum(NEEDED_EVENTS)).openapi({ description: 'Kinds that we need and that are off' }),
    addresses: z.array(addressSchema),
    merged: z
      .array(z.string())
      .openapi({ description: 'The list of addresses after registering; of others none is dropped' }),
    differs: z.boolean().openapi({ description: 'There is something to write' }),
    written: z.boolean(),
  })
  .openapi('YclientsWebhook')

export function renderWebhookSettings(
  { ownUrl, now, merged, differs, written }: WebhookSettings,
  reveal: boolean,
): z.infer<typeof webhookSettingsSchema> {
  return {
    url: reveal ? ownUrl : maskUrl(ownUrl),
    registered: now.addresses.some(({ whose }) => whose === 'current'),
    active: now.active,
    self_sending: now.selfSending ?? null,
    missing_events: [...now.missingEvents],
    addresses: now.addresses.map(({ url, whose }) => ({ url: maskUrl(url), whose })),
    merged: merged.map(maskUrl),
    differs,
    written,
  }
}
