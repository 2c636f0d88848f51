import type { PaymentsConfig } from '../platform/config.ts'
import type { PaymentProvider } from './provider.ts'
import { stripe } from './stripe/client.ts'
import { yookassa } from './yookassa/client.ts'

const PROVIDERS: Readonly<Record<PaymentsConfig['provider'], PaymentProvider | undefined>> = {
  off: undefined,
  yookassa,
  stripe,
}

/** The provider of the settings; undefined while payments are off. */
export const chooseProvider = (name: PaymentsConfig['provider']): PaymentProvider | undefined => PROVIDERS[name]
