/**
 * One page of a list. Stores are asked for one row more than the page holds; if it came, the list goes on after `lastOfMore`.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
): { page: readonly Row[]; lastOfMore: Row | undefined } {
  const page = rows.slice(0, limit)
  return { page, lastOfMore: rows.length > limit ? page.at(-1) : undefined }
}
