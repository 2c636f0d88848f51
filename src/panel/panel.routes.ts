import { newRoutes } from '../http.ts'
import { adminPages } from './admins.routes.tsx'
import { panelAssetRoutes } from './assets.routes.ts'
import { auditPages } from './audit.routes.tsx'
import { bookingPages } from './bookings.routes.tsx'
import { catalogPages } from './catalog.routes.tsx'
import { catalogSyncPages } from './catalog-sync.routes.tsx'
import { categoryPages } from './categories.routes.tsx'
import { bonusPages } from './change-bonuses.routes.tsx'
import { checkPages } from './checks.routes.tsx'
import { clientPages } from './clients.routes.tsx'
import { duplicatePages } from './duplicates.routes.tsx'
import { ledgerPages } from './ledger.routes.tsx'
import { levelPages } from './levels.routes.tsx'
import { mergePages } from './merge.routes.tsx'
import { movePages } from './move-visit.routes.tsx'
import { newBookingPages } from './new-booking.routes.tsx'
import { newClientPages } from './new-client.routes.tsx'
import { parkedPages } from './parked.routes.tsx'
import { replayPages } from './replay-events.routes.tsx'
import { schedulePages } from './schedule.routes.tsx'
import { servicePages } from './service.routes.tsx'
import { settingsPages } from './settings.routes.tsx'
import { signInPages } from './sign-in.routes.tsx'
import { staffPages } from './staff.routes.tsx'
import { syncPages } from './sync.routes.tsx'
import { syncEventPages } from './sync-events.routes.tsx'
import { todayPages } from './today.routes.tsx'
import { visitPages } from './visit.routes.tsx'
import { webhookSettingsPages } from './webhook-settings.routes.tsx'

/** All pages of the panel. Their paths are written in full where they are made, as in the access table. */
export const panelRoutes = newRoutes()

for (const pages of [
  panelAssetRoutes,
  signInPages,
  todayPages,
  newClientPages,
  clientPages,
  bonusPages,
  mergePages,
  syncPages,
  syncEventPages,
  replayPages,
  parkedPages,
  settingsPages,
  levelPages,
  adminPages,
  auditPages,
  checkPages,
  ledgerPages,
  webhookSettingsPages,
  duplicatePages,
  bookingPages,
  newBookingPages,
  movePages,
  visitPages,
  schedulePages,
  catalogPages,
  servicePages,
  categoryPages,
  catalogSyncPages,
  staffPages,
]) {
  panelRoutes.route('/', pages)
}
