import { linkedCategories, linkedServices, linkedStaff } from '../catalog/catalog-import.statements.ts'
import type { Context } from '../context.ts'
import { parseSeen } from './merge-fields.ts'
import { type Kept, oursOfCategory, oursOfService, oursOfStaff } from './plan-import.ts'

export interface KeptHere extends Kept {
  /** Of the category, service or master. */
  readonly name: string
}

type Fields = Readonly<Record<string, Kept['local']>>

/**
 * What was changed here and is therefore kept although YClients had something else when it was read last. One round trip, and
 * YClients is not asked.
 */
export async function listKept(ctx: Context): Promise<readonly KeptHere[]> {
  const { db } = ctx
  const [categories, services, staff] = await db.batch([linkedCategories(db), linkedServices(db), linkedStaff(db)])
  const nameOf = new Map(categories.map(({ yclientsId, name }) => [yclientsId, name]))
  return [
    ...categories.flatMap((row) =>
      differing({ ...oursOfCategory(row) }, row.yclientsSeen).map((field) => ({
        categoryId: row.id,
        name: row.name,
        ...field,
      })),
    ),
    ...services.flatMap((row) =>
      differing({ ...oursOfService(row) }, row.yclientsSeen).map((field) => ({
        serviceId: row.id,
        name: row.name,
        ...field,
        ...(field.field === 'category' && {
          local: row.categoryName,
          yclients: nameOf.get(Number(field.yclients)) ?? null,
        }),
      })),
    ),
    ...staff.flatMap((row) =>
      differing({ ...oursOfStaff(row) }, row.yclientsSeen).map((field) => ({
        staffId: row.id,
        name: row.name,
        ...field,
      })),
    ),
  ]
}

/** Of what YClients has never told there is nothing to differ from. */
function differing(ours: Fields, stored: string | null) {
  const seen = parseSeen<Fields>(stored) ?? {}
  return Object.entries(seen).flatMap(([field, yclients]) => {
    const local = ours[field]
    return local === undefined || yclients === undefined || local === yclients ? [] : [{ field, local, yclients }]
  })
}

export type { Kept }
