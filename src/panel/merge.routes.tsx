import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { describeProblem, type ProblemCode, ProblemError } from '../platform/problem.ts'
import { findUserById, searchUsers } from '../users/find-users.ts'
import { mergeUsers, previewMerge } from '../users/merge-users.ts'
import type { User } from '../users/user.ts'
import { fullName } from './clients.page.tsx'
import { ChoosePage, MergePage } from './merge.page.tsx'
import { goTo, readForm, show } from './panel.view.tsx'
import { mergeTexts } from './texts/merge.ts'

export const mergePages = newRoutes()
type Http = HonoContext<HttpEnv>

const PATH = '/admin/clients/:id/merge'
const SHOWN = 20

mergePages.get(PATH, async (c) => {
  const { ctx, language } = c.var
  const into = await userOf(c, c.req.param('id'))
  const { from: fromId, key, q = '' } = c.req.query()
  if (fromId === undefined) {
    const query = q.trim().slice(0, 100)
    const all = await searchUsers(ctx, query, { afterId: 0, limit: SHOWN })
    return choose(c, into, { query, found: all?.filter(({ id }) => id !== into.id) })
  }
  const from = await userOf(c, fromId)
  // In the page's address, so that coming back to it is coming back to the same request.
  if (key === undefined) return goTo(c, `${pathOf(into)}?from=${from.id}&key=${ctx.newId()}`)
  const preview = await previewMerge(ctx, { from: from.id, into: into.id })
  if (!preview.ok) return choose(c, into, { query: '', refusal: preview.refusal })
  const { visits, contacts, consents, balancePoints } = preview.value
  const moves = { visits, contacts, consents, balance: balancePoints }
  const body = (
    <MergePage language={language} path={pathOf(into)} requestKey={key} into={into} from={from} moves={moves} />
  )
  return show(c, { title: mergeTexts[language].check, body, narrow: true })
})

mergePages.post(PATH, async (c) => {
  const into = await userOf(c, c.req.param('id'))
  const form = await readForm(
    c,
    z.object({
      from: z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
      key: z.string().regex(/^[\w-]{8,64}$/),
    }),
  )
  if (!form.ok) throw new ProblemError('validation_failed')
  const { from, key } = form.value
  const merged = await mergeUsers(c.var.ctx, into.id, { from, idempotencyKey: key, by: doneBy(c) })
  if (!merged.ok) return choose(c, into, { query: '', refusal: merged.refusal })
  return goTo(c, `/admin/clients/${into.id}?done=merged`)
})

const pathOf = (user: User) => PATH.replace(':id', String(user.id))

async function userOf(c: Http, typed: string): Promise<User> {
  const id = Number(typed)
  const user = Number.isSafeInteger(id) ? await findUserById(c.var.ctx, id) : undefined
  if (!user) throw new ProblemError('user_not_found')
  return user
}

function choose(
  c: Http,
  into: User,
  { query, found, refusal }: { query: string; found?: readonly User[] | undefined; refusal?: ProblemCode },
): Response {
  const { language } = c.var
  const said = refusal && describeProblem(refusal, language)
  const body = <ChoosePage language={language} path={pathOf(into)} query={query} found={found} refusal={said?.text} />
  return show(c, { title: mergeTexts[language].title(fullName(into, language)), body, status: said?.status ?? 200 })
}
