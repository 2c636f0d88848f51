import { z } from '@hono/zod-openapi'
import { BOOKING_STATUSES, CLIENT_MATCHES } from '../booking/booking.ts'
import type { Config } from '../platform/config.ts'
import type { Language } from '../platform/problem.ts'
import { formatInZone } from '../platform/time.ts'
import { SYNC_ADVICE, type SyncAdvice, type SyncReport } from './report-sync.ts'
import { renderSyncRun, syncRunSchema } from './sync.view.ts'

const instant = z.string().openapi({ format: 'date-time' })

export const syncReportSchema = z
  .object({
    settings: z.object({
      yclients_enabled: z.boolean(),
      company_id: z.int().nullable(),
      branch_timezone: z.string(),
      webhook_secret_set: z.boolean(),
      push_internal: z.boolean(),
      loyalty_enabled: z.boolean(),
    }),
    bookings: z.array(
      z.object({ source: z.enum(['yclients', 'internal']), status: z.enum(BOOKING_STATUSES), count: z.int() }),
    ),
    clients: z.int(),
    clients_with_code: z.int(),
    unmatched: z.int().openapi({ description: 'Visits of people who are not in the app' }),
    undecided: z
      .int()
      .openapi({ description: 'Those of them that fit two clients or carry a code nobody has: a person has to say' }),
    parked: z.int(),
    last_webhook_at: instant.nullable(),
    drifted_at: instant
      .nullable()
      .openapi({ description: 'The last run that found what no webhook had told, or visits gone' }),
    clean_since: instant.nullable().openapi({ description: 'The first run since then that found nothing of the kind' }),
    runs: z.array(syncRunSchema).openapi({ description: 'The newest' }),
    last_visits: z.array(
      z.object({
        id: z.int(),
        service_name: z.string(),
        status: z.enum(BOOKING_STATUSES),
        starts_at: instant,
        client_match: z.enum(CLIENT_MATCHES),
        updated_at: instant,
      }),
    ),
    advice: z
      .array(z.object({ code: z.enum(SYNC_ADVICE), text: z.string() }))
      .openapi({ description: 'What somebody should do, most urgent first' }),
  })
  .openapi('SyncReport')

export function renderSyncReport(
  report: SyncReport,
  { yclients, branchTimezone, loyaltyEnabled }: Config,
  language: Language,
): z.infer<typeof syncReportSchema> {
  const at = (when: number | null) => (when === null ? null : formatInZone(when, branchTimezone))
  return {
    settings: {
      yclients_enabled: yclients.enabled,
      company_id: yclients.companyId || null,
      branch_timezone: branchTimezone,
      webhook_secret_set: yclients.webhookSecret !== undefined,
      push_internal: yclients.pushInternal,
      loyalty_enabled: loyaltyEnabled,
    },
    bookings: report.bookings.map(({ source, status, bookings }) => ({ source, status, count: bookings })),
    clients: report.clients,
    clients_with_code: report.clientsWithCode,
    unmatched: report.unmatched,
    undecided: report.undecided,
    parked: report.parked,
    last_webhook_at: at(report.lastWebhookAt),
    drifted_at: at(report.driftedAt),
    clean_since: at(report.cleanSince),
    runs: report.runs.map((run) => renderSyncRun(run, branchTimezone)),
    last_visits: report.lastVisits.map((visit) => ({
      id: visit.id,
      service_name: visit.serviceName,
      status: visit.status,
      starts_at: formatInZone(visit.startsAt, branchTimezone),
      client_match: visit.clientMatch,
      updated_at: formatInZone(visit.updatedAt, branchTimezone),
    })),
    advice: report.advice.map((code) => ({ code, text: ADVICE[code][language] })),
  }
}

const ADVICE: Readonly<Record<SyncAdvice, Readonly<Record<Language, string>>>> = {
  yclients_off: {
    ru: 'Интеграция с YClients выключена: задайте YCLIENTS_ENABLED=true',
    en: 'The YClients integration is switched off: set YCLIENTS_ENABLED=true',
  },
  webhook_secret_missing: {
    ru: 'Не задан YCLIENTS_WEBHOOK_SECRET: вебхуки не принимаются',
    en: 'YCLIENTS_WEBHOOK_SECRET is not set: webhooks are not accepted',
  },
  never_synced: {
    ru: 'Синхронизации ещё не было: запустите её (spa sync run) и проверьте расписание cron',
    en: 'Nothing was synchronised yet: start a run (spa sync run) and check the cron trigger',
  },
  sync_failing: {
    ru: 'Последняя синхронизация не проходит: причина в таблице запусков, затем spa doctor',
    en: 'The last run does not get through: see its error below, then spa doctor',
  },
  sync_overdue: {
    ru: 'Давно не было законченной синхронизации: проверьте расписание cron в Cloudflare',
    en: 'No run has finished for long: check the cron trigger in Cloudflare',
  },
  webhooks_missed: {
    ru: 'Синхронизация находила изменения, о которых не было вебхука: проверьте его (spa webhook setup, spa webhook test)',
    en: 'Runs found changes that no webhook had told of: check it (spa webhook setup, spa webhook test)',
  },
  webhooks_silent: {
    ru: 'Сутки не приходило ни одного вебхука: проверьте его (spa webhook setup, spa webhook test)',
    en: 'No webhook has come for a day: check it (spa webhook setup, spa webhook test)',
  },
  work_parked: {
    ru: 'Есть отложенная работа: посмотрите её и повторите или закройте',
    en: 'Work is parked: look at it and replay or dismiss it',
  },
  visits_unmatched: {
    ru: 'Есть визиты, которые подходят двоим или несут неизвестный код: укажите клиента',
    en: 'Some visits fit two clients or carry a code nobody has: say whose they are',
  },
  codes_missing: {
    ru: 'Не у всех клиентов есть код: spa codes generate',
    en: 'Some clients have no code: spa codes generate',
  },
}
