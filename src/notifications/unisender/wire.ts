import * as z from 'zod'

/** Success and refusal in one; addresses that were not taken are named in both. */
export const wireUnisenderAnswer = z.object({
  status: z.enum(['success', 'error']),
  code: z.coerce.number().int().optional().catch(undefined),
  // Without addresses PHP writes the map as a list.
  failed_emails: z.record(z.string(), z.string()).optional().catch(undefined),
})
