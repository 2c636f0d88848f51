import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Till } from './state.ts'

/** Keeps the till for the next run: the Worker's database still knows its payments then. */
export function saveTill(file: string, till: Till): void {
  const { payments, refunds, receipts, ids } = till
  writeFileSync(file, JSON.stringify({ payments: [...payments], refunds: [...refunds], receipts: [...receipts], ids }))
}

/** Turns `till` into the one that was saved, if one was. Notifications that were on their way are lost. */
export function restoreTill(file: string, till: Till): void {
  if (!existsSync(file)) return
  // Written by saveTill.
  const saved = JSON.parse(readFileSync(file, 'utf8')) as {
    [K in keyof Till]: Till[K] extends Map<infer Key, infer Value> ? [Key, Value][] : Till[K]
  }
  for (const [id, receipt] of saved.receipts) till.receipts.set(id, receipt)
  // Each receipt stood twice in the file and has to be one again.
  const one = <T extends { receipt?: { id: string } | undefined }>(item: T) => ({
    ...item,
    receipt: item.receipt && till.receipts.get(item.receipt.id),
  })
  for (const [id, payment] of saved.payments) till.payments.set(id, one(payment))
  for (const [id, refund] of saved.refunds) till.refunds.set(id, one(refund))
  till.ids = saved.ids
}
