import { CliError, EXIT } from './exit.ts'
import type { Terminal } from './terminal.ts'
import type { Texts } from './texts.ts'

/** Questions to a person; without one they end the command with what to pass instead. */
export interface Asking {
  text(question: string): Promise<string>
  /** Without showing what is typed. */
  secret(question: string): Promise<string>
  /** Throws unless the person agrees; `agreed` already did, by --yes. */
  consent(question: string, agreed: boolean): Promise<void>
}

export function createAsking({ ask }: Terminal, t: Texts): Asking {
  const demand = async (question: string, hidden: boolean): Promise<string> => {
    if (!ask) throw new CliError(EXIT.usage, t.noTerminal)
    return await ask(question, { hidden })
  }
  return {
    text: async (question) => (await demand(question, false)).trim(),
    secret: (question) => demand(question, true),
    async consent(question, agreed) {
      if (agreed) return
      if (!ask) throw new CliError(EXIT.usage, t.yesNeeded)
      const answer = await ask(`${question} ${t.yesOrNo} `, { hidden: false })
      if (!/^\s*(y|yes|д|да)\s*$/i.test(answer)) throw new CliError(EXIT.wrong, t.declined)
    },
  }
}
