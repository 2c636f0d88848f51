import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

export interface Asset {
  readonly text: string
  readonly type: 'text/css' | 'text/javascript'
}

/** FNV-1a. Names a version of a file, so that browsers may keep it for ever; nothing more hangs on it. */
function versionOf(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

export const STYLE_FILE = `panel.${versionOf(STYLE)}.css`
export const SCRIPT_FILE = `panel.${versionOf(SCRIPT)}.js`

/** Everything that pages load besides themselves. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  [STYLE_FILE, { text: STYLE, type: 'text/css' }],
  [SCRIPT_FILE, { text: SCRIPT, type: 'text/javascript' }],
])
