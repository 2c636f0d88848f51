import type { Context as HonoContext } from 'hono'
import * as z from 'zod'
import { findAdmin } from '../admin/list-admins.ts'
import { findBooking } from '../booking/find-booking.ts'
import { listBookings } from '../booking/list-bookings.ts'
import { adminOf, doneBy, type HttpEnv, newRoutes } from '../http.ts'
import { findReceipt, findReceiptByKey } from '../loyalty/find-receipt.ts'
import { requestBonusChange } from '../loyalty/request-bonus-change.ts'
import { describeProblem, ProblemError } from '../platform/problem.ts'
import { dayInZone } from '../platform/time.ts'
import { findUserByCode, findUserLeft } from '../users/find-users.ts'
import type { User } from '../users/user.ts'
import { typedText } from './catalog-fields.ts'
import {
  type ChangeKind,
  ChangePage,
  type ChangeView,
  CheckPage,
  CodePage,
  ReceiptPage,
} from './change-bonuses.page.tsx'
import { dateTime } from './dates.ts'
import { doneFlash, goTo, readForm, show, type Typed, typedNumber, UNTOUCHED, wrongFields } from './panel.view.tsx'
import { changeBonusesTexts } from './texts/change-bonuses.ts'

export const bonusPages = newRoutes()
type Http = HonoContext<HttpEnv>

/** A slip of the finger should not be able to give a fortune away; as in the API. */
const MAX_POINTS = 1_000_000
const VISITS_SHOWN = 10

bonusPages.get('/admin/write-off', async (c) => {
  const { ctx, language } = c.var
  const code = (c.req.query('code') ?? '').slice(0, 64)
  const user = code === '' ? undefined : await findUserByCode(ctx, code)
  if (user) return goTo(c, `/admin/clients/${user.id}/write-off`)
  const found = code === ''
  const body = <CodePage language={language} code={code} found={found} />
  return show(c, { title: changeBonusesTexts[language].byCode, body, status: found ? 200 : 404, narrow: true })
})

const KINDS: readonly { kind: ChangeKind; path: '/admin/clients/:id/write-off' | '/admin/clients/:id/adjust' }[] = [
  { kind: 'spend', path: '/admin/clients/:id/write-off' },
  { kind: 'adjustment', path: '/admin/clients/:id/adjust' },
]

const KEY = /^[\w-]{8,64}$/

const fields = z.object({
  key: z.string().regex(KEY),
  amount: typedNumber,
  reason: typedText(300).pipe(z.string().min(1)),
  visit: z
    .string()
    .regex(/^\d{0,15}$/)
    .default(''),
})

const fieldsOf = (kind: ChangeKind) =>
  fields.refine(({ amount }) => (kind === 'spend' ? amount > 0 : amount !== 0) && Math.abs(amount) <= MAX_POINTS, {
    path: ['amount'],
  })

for (const { kind, path } of KINDS) {
  const whose = async (c: Http) => {
    const id = Number(c.req.param('id'))
    const user = Number.isSafeInteger(id) ? await findUserLeft(c.var.ctx, id) : undefined
    if (!user) throw new ProblemError('user_not_found')
    return { user, own: path.replace(':id', String(user.id)) }
  }

  bonusPages.get(path, async (c) => {
    const { ctx, language } = c.var
    const { user, own } = await whose(c)
    const { key = '', edit, ...typed } = c.req.query()
    // The key belongs to the page's address, so that coming back to it is coming back to the same request.
    if (!KEY.test(key)) return goTo(c, `${own}?key=${ctx.newId()}`)
    const earlier = await findReceiptByKey(ctx, { kind, idempotencyKey: key })
    if (earlier) {
      const owner = await findUserLeft(ctx, earlier.userId)
      // The key of what was done to somebody else says nothing about this client.
      return goTo(c, owner?.id === user.id ? `/admin/receipts/${earlier.id}?done=again` : `${own}?key=${ctx.newId()}`)
    }

    const view = await viewOf(c, { kind, path: own, requestKey: key, user })
    const t = changeBonusesTexts[language]
    const isFresh = typed.amount === undefined
    const read = fieldsOf(kind).safeParse({ ...typed, key })
    const taken = !read.success ? 0 : kind === 'spend' ? read.data.amount : -read.data.amount
    if (taken > Math.max(user.bonusBalancePoints, 0) && edit === undefined) {
      const body = <ChangePage {...view} typed={typed} exceeds />
      return show(c, { title: t.titles[kind], body, status: 409, narrow: true })
    }
    if (read.success && edit === undefined) {
      const body = <CheckPage {...view} typed={typed} amount={read.data.amount} />
      return show(c, { title: t.check, body, narrow: true })
    }
    const wrong = isFresh || edit !== undefined ? UNTOUCHED.wrong : wrongFields(read)
    const body = <ChangePage {...view} typed={isFresh ? view.typed : typed} wrong={wrong} />
    return show(c, { title: t.titles[kind], body, status: wrong.size > 0 ? 422 : 200, narrow: true })
  })

  bonusPages.post(path, async (c) => {
    const { ctx, language } = c.var
    const { user, own } = await whose(c)
    const form = await readForm(c, fieldsOf(kind))
    const again = async (status: number, wrong: ReadonlySet<string>, refusal?: string) => {
      const { key, ...typed } = form.typed
      const view = await viewOf(c, { kind, path: own, requestKey: form.ok ? form.value.key : ctx.newId(), user })
      const body = <ChangePage {...view} typed={typed} wrong={wrong} refusal={refusal} />
      return show(c, { title: changeBonusesTexts[language].titles[kind], body, status, narrow: true })
    }
    if (!form.ok) return await again(422, form.wrong)
    const { key, amount, reason, visit } = form.value
    const result = await requestBonusChange(ctx, {
      kind,
      code: user.uniqueCode ?? '',
      points: kind === 'spend' ? -amount : amount,
      bookingId: kind === 'spend' && visit !== '' ? Number(visit) : null,
      reason,
      idempotencyKey: key,
      admin: adminOf(c),
      by: doneBy(c),
    })
    if (!result.ok) {
      const { status, text } = describeProblem(result.refusal, language)
      return await again(status, UNTOUCHED.wrong, text)
    }
    const { entryId, replayed } = result.value
    return goTo(c, `/admin/receipts/${entryId}?done=${replayed ? 'again' : 'made'}`)
  })
}

/** The form for this client, with his visits to choose from; that of today is chosen already. */
async function viewOf(
  c: Http,
  { kind, path, requestKey, user }: { kind: ChangeKind; path: string; requestKey: string; user: User },
): Promise<ChangeView> {
  const { ctx, language } = c.var
  const zone = ctx.config.branchTimezone
  const { bookings } =
    kind === 'spend'
      ? await listBookings(ctx, {
          userId: user.id,
          unmatched: false,
          upcomingOnly: false,
          statuses: ['pending', 'confirmed', 'completed'],
          order: 'newest',
          after: undefined,
          limit: VISITS_SHOWN,
        })
      : { bookings: [] }
  const today = dayInZone(ctx.now(), zone)
  const ofToday = bookings.filter(({ startsAt }) => dayInZone(startsAt, zone) === today)
  const typed: Typed = ofToday.length === 1 ? { visit: String(ofToday[0]?.id) } : {}
  const visits = bookings.map(({ id, startsAt, serviceName }) => ({
    id,
    text: `${dateTime(startsAt, zone, language)}, ${serviceName}`,
  }))
  return { language, kind, path, requestKey, user, visits, ...UNTOUCHED, typed }
}

bonusPages.get('/admin/receipts/:id', async (c) => {
  const { ctx, language } = c.var
  const id = Number(c.req.param('id'))
  const receipt = Number.isSafeInteger(id) ? await findReceipt(ctx, id) : undefined
  if (!receipt) throw new ProblemError('not_found')
  const user = await findUserLeft(ctx, receipt.userId)
  if (!user) throw new ProblemError('user_not_found')
  const [admin, booking] = await Promise.all([
    findAdmin(ctx, Number(receipt.actor.replace('admin:', ''))),
    receipt.bookingId === null ? undefined : findBooking(ctx, receipt.bookingId, user.id),
  ])
  const zone = ctx.config.branchTimezone
  const t = changeBonusesTexts[language]
  const body = (
    <ReceiptPage
      language={language}
      zone={zone}
      salon={ctx.config.salonName}
      receipt={receipt}
      user={user}
      by={admin?.name ?? receipt.actor}
      visit={booking && `${dateTime(booking.startsAt, zone, language)}, ${booking.serviceName}`}
    />
  )
  return show(c, { title: t.receipt, body, flash: doneFlash(c, t.done), narrow: true })
})
