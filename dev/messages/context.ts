import type { Knobs } from './knobs.ts'

/** A message as a person would have got it. */
export interface CaughtMessage {
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly channel: 'sms' | 'email' | 'push'
  /** +79000000001, a mail address or a phone's token. */
  readonly to: string
  /** Whom it seems to come from; empty if the provider chooses. */
  readonly from: string
  /** Of a mail, or the title of a push. */
  readonly subject: string
  readonly text: string
  /** The sender asked the provider not to deliver it. */
  readonly test: boolean
  /** Of a mail. */
  readonly html?: string
  /** The calendar file of a mail. */
  readonly calendar?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Of a push: what the app gets besides. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** What the providers share. */
export interface Context {
  readonly knobs: Knobs
  readonly keys: {
    readonly smsru: string
    readonly unisender: string
    readonly fcmProject: string
    readonly fcmPublicKey: CryptoKey | undefined
  }
  readonly now: () => number
  /** Keeps a message and gives its number. */
  keep(message: Omit<CaughtMessage, 'id' | 'at'>): string
}

/** What stands in front of a provider that is down. */
export const badGateway = () =>
  new Response('<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>', {
    status: 502,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
