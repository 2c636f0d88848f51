import { existsSync, readFileSync } from 'node:fs'
import { API_NOTE } from './paths.ts'

/** Of `npm run dev`, while it runs. */
export const DEV_API = existsSync(API_NOTE) ? readFileSync(API_NOTE, 'utf8') : undefined

/** Where `npm run dev` answers, or else where `wrangler dev` does. */
export const USUAL_API = DEV_API ?? 'http://127.0.0.1:8787'

export const isLocal = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
