import { findService, findStaff } from '../catalog/find-service.ts'
import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import { ensureClientCode } from '../users/ensure-client-code.ts'

export interface WidgetLink {
  readonly url: string
  readonly serviceId: number
  readonly serviceName: string
  readonly clientCode: string
  /** What has to stand in the visit's comment for the visit to be recognised. */
  readonly comment: string
  readonly prefill: {
    readonly name: string
    readonly email: string | null
    readonly phone: string | null
    readonly comment: string
  }
}

type WidgetRefusal =
  | 'yclients_disabled'
  | 'user_not_found'
  | 'service_not_found'
  | 'service_not_in_yclients'
  | 'staff_not_found'

/** The link to YClients' booking page for a service, and everything the app needs to fill its form. */
export async function getWidgetLink(
  ctx: Context,
  request: { userId: number; serviceId: number; staffId: number | undefined },
): Promise<Result<WidgetLink, WidgetRefusal>> {
  const { yclients } = ctx.config
  if (!yclients.enabled) return { ok: false, refusal: 'yclients_disabled' }
  const [service, staff] = await Promise.all([
    findService(ctx, request.serviceId),
    request.staffId === undefined ? undefined : findStaff(ctx, request.staffId),
  ])
  if (!service) return { ok: false, refusal: 'service_not_found' }
  if (service.yclientsServiceId === null) return { ok: false, refusal: 'service_not_in_yclients' }
  if (request.staffId !== undefined && staff?.yclientsStaffId == null) return { ok: false, refusal: 'staff_not_found' }
  const user = await ensureClientCode(ctx, request.userId)
  if (!user) return { ok: false, refusal: 'user_not_found' }

  const comment = `Код клиента: ${user.uniqueCode}`
  const prefill = { name: `${user.name} ${user.surname}`.trim(), email: user.email, phone: user.phone, comment }
  const place = {
    companyId: yclients.companyId,
    yclientsServiceId: service.yclientsServiceId,
    yclientsStaffId: staff?.yclientsStaffId ?? undefined,
  }
  return {
    ok: true,
    value: {
      url: yclients.formId === undefined ? timetableUrl(place, prefill) : bookingFormUrl(place, yclients.formId),
      serviceId: service.id,
      serviceName: service.name,
      clientCode: user.uniqueCode,
      comment,
      prefill,
    },
  }
}

interface Place {
  readonly companyId: number
  readonly yclientsServiceId: number
  readonly yclientsStaffId: number | undefined
}

/** The link as the seeds give it: percent-encoded, a space as %20, the plus of a phone as %2B, the @ as it is. Pure. */
export function timetableUrl(
  place: Place,
  client: { readonly name: string; readonly email: string | null; readonly phone: string | null },
): string {
  const params: [string, string | null | undefined][] = [
    ['services', String(place.yclientsServiceId)],
    ['staff', place.yclientsStaffId?.toString()],
    ['client_name', client.name],
    ['client_email', client.email],
    ['client_phone', client.phone],
  ]
  const query = params.flatMap(([key, value]) =>
    value ? `${key}=${encodeURIComponent(value).replaceAll('%40', '@')}` : [],
  )
  return `https://yclients.com/timetable/${place.companyId}?${query.join('&')}`
}

/** YClients' real booking page, opened at the choice of time; `m-1` means any staff member. It takes no prefill. Pure. */
export function bookingFormUrl(place: Place, formId: number): string {
  const chosen = `m${place.yclientsStaffId ?? -1}s${place.yclientsServiceId}`
  return `https://n${formId}.yclients.com/company/${place.companyId}/personal/select-time?o=${chosen}`
}
