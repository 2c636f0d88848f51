import type { Context } from '../context.ts'
import type { ReceiptRule } from '../platform/config.ts'
import { dayInZone } from '../platform/time.ts'
import { receiptContacts } from '../users/users.statements.ts'
import type { Receipt, ReceiptItem, TaxSystemCode, VatCode } from './provider.ts'
import { type PricedItem, shareOut } from './receipt-items.ts'

/** Of a visit's lines when less than all of it is paid, or goes back: the same lines at their share. Pure. */
export function linesFor(items: readonly PricedItem[], sumKopecks: number): PricedItem[] {
  const sums = shareOut(
    sumKopecks,
    items.map(({ amountKopecks }) => amountKopecks),
  )
  return items.flatMap(({ name }, index) => {
    const amountKopecks = sums[index] ?? 0
    return amountKopecks > 0 ? { name, amountKopecks } : []
  })
}

/** The rule that is in force on a day. Pure. */
export const ruleOn = (rules: readonly ReceiptRule[], day: string): ReceiptRule | undefined =>
  rules.filter(({ fromDay }) => fromDay <= day).at(-1)

/** Written by us; a CHECK keeps it a list. */
export const parsePricedItems = (items: string) => JSON.parse(items) as PricedItem[]

/**
 * A fiscal receipt over this sum, as the rules of today say it. Undefined: the salon sends none by this software, or the
 * client has no address that one could go to.
 */
export async function receiptOver(
  ctx: Context,
  payment: { readonly userId: number | null; readonly items: string },
  sumKopecks: number,
  mode: ReceiptItem['mode'],
): Promise<Receipt | undefined> {
  const { config, db } = ctx
  const rule = ruleOn(config.payments.receiptRules, dayInZone(ctx.now(), config.branchTimezone))
  if (!rule || !ctx.payments?.sendsReceipts || payment.userId === null || sumKopecks <= 0) return undefined
  const contacts = await receiptContacts(db, payment.userId)
  const email = contacts.find(({ kind }) => kind === 'email')?.value
  const phone = contacts.find(({ kind }) => kind === 'phone')?.value
  if (email === undefined && phone === undefined) return undefined
  // The settings let no other codes through.
  const vatCode = rule.vatCode as VatCode
  return {
    customer: email === undefined ? { phone: phone ?? '' } : { email },
    items: linesFor(parsePricedItems(payment.items), sumKopecks).map(({ name, amountKopecks }) => ({
      description: name,
      amountKopecks,
      quantity: 1,
      vatCode,
      subject: 'service',
      mode,
    })),
    taxSystemCode: rule.taxSystemCode as TaxSystemCode | undefined,
  }
}
