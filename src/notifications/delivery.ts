/** How an attempt to send ended, in our words: what to do about it, not what the provider said. */
export type Delivery =
  /** The provider has taken it over. */
  | { readonly kind: 'accepted' }
  /** Down, slow or overloaded: try again soon. */
  | ({ readonly kind: 'unavailable' } & Trouble)
  /** No money, a wrong key, a sender nobody agreed to: nothing leaves until a person acts. */
  | ({ readonly kind: 'account_trouble' } & Trouble)
  /** This person cannot be reached so: repeating does not help, and nobody else is affected. */
  | ({ readonly kind: 'recipient_refused' } & Trouble)
  /** Sending is off by the settings. */
  | { readonly kind: 'switched_off' }

export interface Trouble {
  /** Provider and its own code, such as `smsru_201`; fit for logs. */
  readonly code: string
  /** The same for an administrator. Never the provider's text, which may repeat the recipient. */
  readonly words: string
}
