import { type WireWebhook, wireWebhookBody } from './wire.ts'

/**
 * What is stored of a webhook that has to wait: which records or clients it is about, and not what it says of them. An event is
 * a wake-up call, so the record is read from the API when its turn comes; and nothing personal waits where an erasure could
 * not find it. A body that no longer parses stays as it is: it needs a person.
 */
export function envelopesOnly(raw: string): string {
  const events = eventsIn(raw)
  return events ? JSON.stringify(events.map((event) => ({ ...event, data: null }))) : raw
}

/** The events of a body; undefined if it is none: it was checked at the door, and may have been written by another version. */
export function eventsIn(raw: string): WireWebhook[] | undefined {
  try {
    return wireWebhookBody.safeParse(JSON.parse(raw)).data
  } catch {
    return undefined
  }
}
