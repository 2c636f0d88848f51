import type { Cli } from './cli.ts'
import type { ExitCode } from './exit.ts'
import type { Said } from './language.ts'

export interface Option {
  readonly type: 'boolean' | 'string'
  /** How its value is called in the help. */
  readonly value?: string
  readonly help: Said
}

type Options = Readonly<Record<string, Option>>

type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name]['type'] extends 'boolean' ? boolean : string | undefined
}

interface Definition<O extends Options> {
  /** As typed: "sync check". */
  readonly name: string
  readonly summary: Said
  /** What it takes besides options, each by its name in the help. */
  readonly args?: readonly string[]
  readonly options: O
  readonly example: string
  run(cli: Cli, values: Values<O>, args: readonly string[]): Promise<ExitCode>
}

/** A command whatever its options are. */
export interface Command extends Omit<Definition<Options>, 'run'> {
  run(
    cli: Cli,
    values: Readonly<Record<string, string | boolean | undefined>>,
    args: readonly string[],
  ): Promise<ExitCode>
}

/** Its values come from the very options that are declared here (see `parseCommandLine`), which the type cannot follow. */
export const defineCommand = <const O extends Options>(definition: Definition<O>): Command =>
  definition as unknown as Command
