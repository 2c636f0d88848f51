/** `npm run spa -- COMMAND`: the owner's command line. */
import { runCommandLine } from './command-line.ts'
import { processTerminal } from './terminal.ts'

// Whoever read our output has gone (`| head`); that is no failure.
process.stdout.on('error', () => process.exit(process.exitCode))
process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal)
