import type { PaymentsConfig } from '../platform/config.ts'
import type { PaymentProvider } from './provider.ts'
import { yookassa } from './yookassa/client.ts'

/** The provider of the settings; undefined while payments are off. */
export function chooseProvider(name: PaymentsConfig['provider']): PaymentProvider | undefined {
  return name === 'yookassa' ? yookassa : undefined
}
