/** What the process ends with. */
export const EXIT = {
  fine: 0,
  /** Something is wrong in the salon, or was refused. */
  wrong: 1,
  usage: 2,
  /** Nobody answers, or nobody is signed in. */
  unreachable: 3,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends the command with a sentence for the person and a number for the script. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
