import * as z from 'zod'
import { parseWallTime } from '../platform/time.ts'

/** A moment as a browser's field gives it, in the salon's time; nothing typed is no moment. */
export const wallTimeIn = (zone: string) =>
  z
    .string()
    .max(30)
    .transform((text, check) => {
      const at = text === '' ? undefined : parseWallTime(text, zone)
      if (text !== '' && at === undefined) check.addIssue({ code: 'custom', message: 'a moment' })
      return at
    })
    .optional()
