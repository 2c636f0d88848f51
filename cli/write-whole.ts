import { randomUUID } from 'node:crypto'
import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { CliError, EXIT } from './exit.ts'

/**
 * Writes a file that nobody else may read, beside its place, and puts it there when it is whole: half an export never looks like
 * one, and a failure leaves the file of before as it was.
 */
export async function writeWhole(file: string, work: (write: (text: string) => void) => Promise<void>): Promise<void> {
  // Nobody can put a link or a file of his own there beforehand: the name is not known, and what exists is not opened.
  const unfinished = `${file}.${randomUUID()}.part`
  let to: number
  try {
    to = openSync(unfinished, 'wx', 0o600)
  } catch (error) {
    throw new CliError(EXIT.usage, error instanceof Error ? error.message : file)
  }
  try {
    // Closed before it is moved or removed, which Windows does not do to an open file.
    await write(to, work).finally(() => closeSync(to))
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

async function write(to: number, work: (write: (text: string) => void) => Promise<void>): Promise<void> {
  // Whatever the umask took or left of it.
  fchmodSync(to, 0o600)
  await work((text) => {
    const bytes = Buffer.from(text)
    // A disk that is nearly full, or a pipe, takes a part and says so.
    for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done)
  })
}
