import { invalid } from './errors.ts'
import { kopecksOf } from './money.ts'
import type { FiscalReceipt, ReceiptItem } from './state.ts'

export type Body = Readonly<Record<string, unknown>>

export const MAX_KOPECKS = 35_000_000

export function object(value: unknown, parameter: string): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('Must be an object', parameter)
  return Object.fromEntries(Object.entries(value))
}

export function amountOf(value: unknown, parameter = 'amount'): number {
  const amount = object(value, parameter)
  const kopecks = kopecksOf(amount.value)
  if (kopecks === undefined) throw invalid('Must be a decimal string with two digits', `${parameter}.value`)
  if (amount.currency !== 'RUB') throw invalid('Currency is not available', `${parameter}.currency`)
  return kopecks
}

export function text(value: unknown, parameter: string, max: number): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length > max) throw invalid(`At most ${max} characters`, parameter)
  return value
}

export function metadataOf(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  const entries = Object.entries(object(value, 'metadata'))
  if (entries.length > 16) throw invalid('At most 16 keys', 'metadata')
  return Object.fromEntries(
    entries.map(([name, each]) => {
      if (name.length > 32 || typeof each !== 'string' || each.length > 512) throw invalid('Too long', 'metadata')
      return [name, each]
    }),
  )
}

/** The part of a receipt that payments, refunds and receipts of their own share; its items must add up to `kopecks`. */
export function receiptOf(
  value: unknown,
  kopecks: number,
): Pick<FiscalReceipt, 'items' | 'customer' | 'taxSystemCode'> | undefined {
  if (value === undefined) return undefined
  const receipt = object(value, 'receipt')
  const customer = object(receipt.customer, 'receipt.customer')
  const email = text(customer.email, 'receipt.customer.email', 254)
  const phone = text(customer.phone, 'receipt.customer.phone', 15)
  if (email === undefined && phone === undefined) throw invalid('Email or phone is required', 'receipt.customer')
  if (email !== undefined && !email.includes('@')) throw invalid('Not an address', 'receipt.customer.email')
  if (phone !== undefined && !/^\d{4,15}$/.test(phone)) throw invalid('Digits only', 'receipt.customer.phone')
  if (!Array.isArray(receipt.items) || receipt.items.length < 1 || receipt.items.length > 100) {
    throw invalid('From 1 to 100 items', 'receipt.items')
  }
  const items = receipt.items.map((item: unknown, index) => itemOf(item, `receipt.items[${index}]`))
  const sum = items.reduce((total, item) => total + item.kopecks * item.quantity, 0)
  if (sum !== kopecks) throw invalid('The items do not add up to the amount', 'receipt.items')
  const code = receipt.tax_system_code
  return {
    items,
    customer: { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) },
    taxSystemCode: code === undefined ? undefined : whole(code, 1, 6, 'receipt.tax_system_code'),
  }
}

function itemOf(value: unknown, at: string): ReceiptItem {
  const item = object(value, at)
  const description = text(item.description, `${at}.description`, 128)
  if (!description) throw invalid('Is required', `${at}.description`)
  return {
    description,
    kopecks: amountOf(item.amount, `${at}.amount`),
    quantity: whole(item.quantity, 1, 99_999, `${at}.quantity`),
    vatCode: whole(item.vat_code, 1, 12, `${at}.vat_code`),
    subject: word(item.payment_subject, `${at}.payment_subject`),
    mode: word(item.payment_mode, `${at}.payment_mode`),
  }
}

export function whole(value: unknown, from: number, to: number, parameter: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
    throw invalid(`A whole number from ${from} to ${to}`, parameter)
  }
  return value
}

export function word(value: unknown, parameter: string): string {
  if (typeof value !== 'string' || !/^[a-z_]{1,40}$/.test(value)) throw invalid('Is required', parameter)
  return value
}
