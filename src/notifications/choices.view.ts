import { z } from '@hono/zod-openapi'
import type { Choices } from './choices.ts'
import { CHANNELS, NOTICE_KINDS } from './notice.ts'
import type { ChoicesChange } from './read-choices.ts'

const switches = z.strictObject({ push: z.boolean(), email: z.boolean(), sms: z.boolean() })

export const choicesSchema = z
  .object({
    language: z.enum(['ru', 'en']),
    channels: switches.openapi({ description: 'False: nothing comes this way, whatever the kinds say' }),
    kinds: z.array(
      z.object({
        kind: z.enum(NOTICE_KINDS),
        optional: z.boolean().openapi({ description: 'Not strictly about a visit' }),
        channels: switches.partial().openapi({ description: 'Only those by which such a message may come' }),
      }),
    ),
  })
  .openapi('NotificationChoices')

export const choicesPatch = z.strictObject({
  language: z.enum(['ru', 'en']).optional(),
  channels: switches.partial().optional(),
  kinds: z
    .array(z.strictObject({ kind: z.enum(NOTICE_KINDS), channels: switches.partial() }))
    .max(NOTICE_KINDS.length)
    .optional(),
})

export const renderChoices = ({ language, channels, kinds }: Choices): z.infer<typeof choicesSchema> => ({
  language,
  channels: { ...channels },
  kinds: kinds.map(({ kind, optional, channels: of }) => ({ kind, optional, channels: { ...of } })),
})

export const readPatch = ({ language, channels = {}, kinds = [] }: z.infer<typeof choicesPatch>): ChoicesChange => ({
  language,
  channels: named(channels),
  kinds: kinds.flatMap(({ kind, channels: of }) => named(of).map((each) => ({ kind, ...each }))),
})

const named = (of: z.infer<ReturnType<typeof switches.partial>>) =>
  CHANNELS.flatMap((channel) => {
    const on = of[channel]
    return on === undefined ? [] : [{ channel, on }]
  })
