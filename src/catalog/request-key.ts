import { sha256Hex } from '../platform/hash.ts'
import type { Fields } from './fields.store.ts'

/**
 * Under which what a request makes is kept, so that sending a form twice makes one. What was typed is part of it: who goes back
 * and types something else means something else. Null without a key.
 */
export const keyOfRequest = async (key: string | undefined, fields: Fields): Promise<string | null> =>
  key === undefined ? null : await sha256Hex(JSON.stringify([key, fields]))
