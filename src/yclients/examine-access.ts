import * as z from 'zod'
import type { Context } from '../context.ts'
import { addDays, dayInZone } from '../platform/time.ts'
import { BACKGROUND, callYclients, type YclientsAnswer, type YclientsFailure } from './call.ts'
import { listRecords, listSchedule, listServices, listStaff } from './client.ts'
import { type HooksNow, readHooks } from './merge-hooks.ts'
import { ownWebhookUrl, readHookSettings } from './webhook-settings.ts'
import { wireFlag, wireText } from './wire.ts'

/** The calls that this Worker lives on, by the right that they need. */
export const EXAMINED_CALLS = ['company', 'services', 'staff', 'schedule', 'records', 'permissions', 'hooks'] as const
export type ExaminedCall = (typeof EXAMINED_CALLS)[number]

export interface Access {
  /** Undefined: the host does not answer at all, and nothing else was asked. */
  readonly clock: { readonly aheadMs: number | undefined } | undefined
  /** How each call ended; undefined: well. */
  readonly calls: Readonly<Record<ExaminedCall, YclientsFailure | undefined>> | undefined
  /** Of the branch; undefined: YClients does not say. */
  readonly zone: string | undefined
  /** Whether phones of clients come with their visits; undefined: neither the rights nor a visit with a client tell. */
  readonly showsContacts: boolean | undefined
  /** Undefined: the settings cannot be read. */
  readonly hooks: HooksNow | undefined
}

const PATIENT = { ...BACKGROUND, timeoutMs: 10_000 }
const RECORDS_LOOKED_AT = 50
const DAYS_BACK = 30

/** Asks YClients one question of each kind that this Worker asks, and looks at the answers as a person would. */
export async function examineAccess(ctx: Context, origin: string): Promise<Access> {
  const clock = await readClock(ctx)
  if (!clock) return { clock, calls: undefined, zone: undefined, showsContacts: undefined, hooks: undefined }
  const { companyId } = ctx.config.yclients
  const today = dayInZone(ctx.now(), ctx.config.branchTimezone)
  // One after another: YClients counts calls.
  const company = await callYclients(ctx, { path: `/api/v1/company/${companyId}`, effort: PATIENT }, wireCompany)
  const services = await listServices(ctx)
  const staff = await listStaff(ctx)
  const schedule = await listSchedule(ctx, today, today)
  const lately = { page: 1, count: RECORDS_LOOKED_AT, startDate: addDays(today, -DAYS_BACK), endDate: today }
  const records = await listRecords(ctx, lately, PATIENT)
  const rights = { path: `/api/v1/user/permissions/${companyId}`, effort: PATIENT }
  const permissions = await callYclients(ctx, rights, wirePermissions)
  const hooks = await readHookSettings(ctx)
  return {
    clock,
    calls: {
      company: failureOf(company),
      services: ofList(services),
      staff: ofList(staff),
      schedule: ofList(schedule),
      records: ofList(records),
      permissions: failureOf(permissions),
      hooks: failureOf(hooks),
    },
    zone: (company.ok && company.data.timezone_name) || undefined,
    showsContacts: contactsIn(records) ?? (permissions.ok ? contactRight(permissions.data) : undefined),
    hooks: hooks.ok ? await readHooks(hooks.data, ownWebhookUrl(ctx, origin)) : undefined,
  }
}

/** How far YClients' clock is ahead of ours, by the header of any answer; undefined if nobody answers. */
async function readClock(ctx: Context): Promise<Access['clock']> {
  const askedAt = ctx.now()
  try {
    const response = await ctx.fetch(ctx.config.yclients.baseUrl, { signal: AbortSignal.timeout(PATIENT.timeoutMs) })
    await response.body?.cancel()
    const theirs = Date.parse(response.headers.get('date') ?? '')
    // The header has whole seconds; the answer was under way for some time.
    const ours = (askedAt + ctx.now()) / 2
    return { aheadMs: Number.isNaN(theirs) ? undefined : Math.round(theirs + 500 - ours) }
  } catch {
    return undefined
  }
}

const wireCompany = z.object({ timezone_name: wireText })

const CONTACT_RIGHTS = ['timetable_phones_access', 'client_phones_access', 'clients_phones_email_access'] as const
const right = wireFlag.optional().catch(undefined)
const wirePermissions = z.object({
  timetable_phones_access: right,
  client_phones_access: right,
  clients_phones_email_access: right,
})

/** A right that is not mentioned says nothing. */
function contactRight(permissions: z.output<typeof wirePermissions>): boolean | undefined {
  const said = CONTACT_RIGHTS.map((name) => permissions[name])
  if (said.includes(false)) return false
  return said.includes(true) ? true : undefined
}

const wireWithClient = z.object({ client: z.object({ phone: z.union([z.string(), z.number()]).nullish() }) })

/** What visits show counts more than what the rights promise. */
function contactsIn(records: YclientsAnswer<unknown[]>): boolean | undefined {
  if (!records.ok) return undefined
  const phones = records.data.flatMap((raw) => {
    const record = wireWithClient.safeParse(raw)
    return record.success ? [record.data.client.phone] : []
  })
  return phones.length === 0 ? undefined : phones.some((phone) => phone !== null && phone !== undefined && phone !== '')
}

const failureOf = (answer: YclientsAnswer<unknown>): YclientsFailure | undefined =>
  answer.ok ? undefined : answer.failure

/** YClients says 404 of a list with nothing in it. */
function ofList(answer: YclientsAnswer<unknown>): YclientsFailure | undefined {
  const failure = failureOf(answer)
  return failure?.kind === 'not_found' ? undefined : failure
}
