import { homedir } from 'node:os'
import { join } from 'node:path'

/** The user's own folder for settings, as the operating system has it. */
export function configDir(env: NodeJS.Dict<string>, platform: NodeJS.Platform): string {
  if (env.SPA_CONFIG_DIR) return env.SPA_CONFIG_DIR
  if (platform === 'win32') return join(env.APPDATA || join(homedir(), 'AppData', 'Roaming'), 'spa-booking')
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'spa-booking')
}
