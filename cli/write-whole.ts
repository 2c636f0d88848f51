import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { CliError, EXIT } from './exit.ts'

/**
 * Writes a file that nobody else may read, beside its place, and puts it there when it is whole: half an export never looks like
 * one, and a failure leaves the file of before as it was.
 */
export async function writeWhole(file: string, work: (write: (text: string) => void) => Promise<void>): Promise<void> {
  const unfinished = `${file}.part`
  let to: number
  try {
    to = openSync(unfinished, 'w', 0o600)
  } catch (error) {
    throw new CliError(EXIT.usage, error instanceof Error ? error.message : file)
  }
  try {
    // Closed before it is moved or removed, which Windows does not do to an open file.
    await work((text) => writeSync(to, text)).finally(() => closeSync(to))
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}
