import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Asks on the terminal without showing what is typed; Ctrl-C ends the program. */
export function askSecret(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  return new Promise((resolve, reject) => {
    let answer: string | undefined
    lines.on('SIGINT', () => lines.close())
    lines.on('line', (line) => {
      answer = line
      lines.close()
    })
    lines.on('close', () => {
      process.stderr.write('\n')
      if (answer === undefined) reject(new Error('interrupted'))
      else resolve(answer)
    })
  })
}
