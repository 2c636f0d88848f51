import { z } from '@hono/zod-openapi'
import { formatInZone } from '../platform/time.ts'
import type { Device } from './register-device.ts'

export const deviceSchema = z
  .object({
    id: z.int(),
    platform: z.enum(['android', 'ios', 'web']),
    created_at: z.iso.datetime({ offset: true }),
    seen_at: z.iso.datetime({ offset: true }),
  })
  .openapi('Device')

export const renderDevice = (device: Device, zone: string): z.infer<typeof deviceSchema> => ({
  id: device.id,
  platform: device.platform,
  created_at: formatInZone(device.createdAt, zone),
  seen_at: formatInZone(device.seenAt, zone),
})
