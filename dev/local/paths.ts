import { join } from 'node:path'

export const PROJECT = join(import.meta.dirname, '..', '..')

/** Everything that local runs leave behind; ignored by git. */
export const LOCAL = join(PROJECT, '.dev')

/** What `npm run dev` keeps between runs. */
export const STATE = join(LOCAL, 'state')
/** The address of the API, while it runs. */
export const API_NOTE = join(STATE, 'api.url')
/** Refresh tokens of the clients that were signed in from here. */
export const SESSIONS = join(STATE, 'sessions.json')
