import * as z from 'zod'

const code = z.coerce.number().int()

/** The answer has a code of its own, and one for each number; one number was asked for. */
export const wireSmsruAnswer = z.object({
  status_code: code,
  // Without numbers PHP writes the map as a list.
  sms: z
    .record(z.string(), z.object({ status_code: code }))
    .optional()
    .catch(undefined),
})
