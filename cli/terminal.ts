import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CliError, EXIT } from './exit.ts'

/** Where a command reads and writes; tests bring their own. */
export interface Terminal {
  readonly env: NodeJS.Dict<string>
  out(line: string): void
  /** Progress, questions and what went wrong: beside the answer, so that this stays for scripts. */
  err(line: string): void
  /** The first line of what is piped in: a password that stands neither in a command nor in the environment. */
  firstLine(): Promise<string>
  /** Undefined in scripts and pipes: nobody is there to answer. */
  readonly ask: ((question: string, how: { hidden: boolean }) => Promise<string>) | undefined
}

export const processTerminal: Terminal = {
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  async firstLine() {
    for await (const line of createInterface({ input: process.stdin })) return line
    return ''
  },
  ask: process.stdin.isTTY ? askPerson : undefined,
}

/** Asks on the terminal; what is hidden is not shown while it is typed. Ctrl-C ends the command. */
function askPerson(question: string, { hidden }: { hidden: boolean }): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  if (hidden) process.stderr.write(question)
  const lines = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: true })
  return new Promise((resolve, reject) => {
    let answer: string | undefined
    lines.on('SIGINT', () => lines.close())
    lines.on('close', () => {
      if (hidden || answer === undefined) process.stderr.write('\n')
      if (answer === undefined) reject(new CliError(EXIT.usage, 'Ctrl-C'))
      else resolve(answer)
    })
    lines.question(hidden ? '' : question, (line) => {
      answer = line
      lines.close()
    })
  })
}
