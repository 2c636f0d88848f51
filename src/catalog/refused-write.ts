import { isRefusedWith } from '../platform/db.ts'

/** What the database refused of a service, category or person, in our words. Other errors are thrown on. */
export function refusalOf(error: unknown): 'yclients_id_taken' | 'category_not_found' {
  if (isRefusedWith(error, 'UNIQUE constraint failed')) return 'yclients_id_taken'
  if (isRefusedWith(error, 'FOREIGN KEY constraint failed')) return 'category_not_found'
  throw error
}
