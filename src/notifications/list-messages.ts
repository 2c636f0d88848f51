import type { Context } from '../context.ts'
import { pageOf } from '../platform/page.ts'
import { listNoticeRows, type NoticeFilter } from './messages.store.ts'

/** What clients were told, are to be told or were not told, newest first. */
export async function listMessages(ctx: Context, query: NoticeFilter & { beforeId: number; limit: number }) {
  const rows = await listNoticeRows(ctx.db, query, { beforeId: query.beforeId, limit: query.limit + 1 })
  const { page, lastOfMore } = pageOf(rows, query.limit)
  return { messages: page, nextBeforeId: lastOfMore?.id }
}
