import * as z from 'zod'

/** Google's answer to a signed request for a token. */
export const wireAccessToken = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() })

/** A refusal of FCM; `errorCode` says more than the status of HTTP. */
export const wireFcmRefusal = z.object({
  error: z.object({
    status: z.string().max(60).optional(),
    details: z
      .array(z.object({ errorCode: z.string().max(60).optional() }))
      .optional()
      .catch(undefined),
  }),
})

export const wireFcmAccepted = z.object({ name: z.string() })
