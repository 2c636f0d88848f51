/**
 * What became of a webhook event. deferred: the queue was down, the cron will take it; retrying: failed for now;
 * parked: waits for an administrator; stale: older than what we already knew; ignored: a resource we do not process.
 */
export const WEBHOOK_VERDICTS = [
  'created',
  'updated',
  'unchanged',
  'stale',
  'ignored',
  'deferred',
  'retrying',
  'parked',
] as const
export type WebhookVerdict = (typeof WEBHOOK_VERDICTS)[number]
