import type { Command } from './command.ts'
import { backup } from './commands/backup.ts'
import { bonusesAdjust } from './commands/bonuses-adjust.ts'
import { bonusesSpend } from './commands/bonuses-spend.ts'
import { catalogSync } from './commands/catalog-sync.ts'
import { codesGenerate } from './commands/codes-generate.ts'
import { doctor } from './commands/doctor.ts'
import { eventsReplay } from './commands/events-replay.ts'
import { ledgerExport } from './commands/ledger-export.ts'
import { ledgerVerify } from './commands/ledger-verify.ts'
import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { restore } from './commands/restore.ts'
import { syncCheck } from './commands/sync-check.ts'
import { syncRunNow } from './commands/sync-run.ts'
import { syncWatch } from './commands/sync-watch.ts'
import { usersFind } from './commands/users-find.ts'
import { webhookSetup } from './commands/webhook-setup.ts'
import { webhookTest } from './commands/webhook-test.ts'
import { yclientsToken } from './commands/yclients-token.ts'

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  login,
  logout,
  doctor,
  yclientsToken,
  webhookSetup,
  webhookTest,
  catalogSync,
  syncCheck,
  syncRunNow,
  syncWatch,
  eventsReplay,
  usersFind,
  codesGenerate,
  bonusesSpend,
  bonusesAdjust,
  ledgerVerify,
  ledgerExport,
  backup,
  restore,
]
