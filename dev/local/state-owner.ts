import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { callJson } from './http.ts'

/** Two Workers on one database would not know of each other's writes; throws if one is running. */
export async function demandNoOther(ownerFile: string): Promise<void> {
  if (!existsSync(ownerFile)) return
  const api = readFileSync(ownerFile, 'utf8')
  // The process may have died without removing the file, so the API is asked.
  const schema = z.object({ version: z.string() })
  const alive = await callJson(`${api}/api/v1/health`, { schema }).then(
    () => true,
    () => false,
  )
  if (alive) throw new Error(`npm run dev is running already: ${api}`)
}

/** Notes whose state this is; gives back how to take the note away. */
export function claimState(ownerFile: string, api: string): () => void {
  writeFileSync(ownerFile, api)
  return () => rmSync(ownerFile, { force: true })
}
