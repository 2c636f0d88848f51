export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/**
 * Structured log. Fields carry ids, counts and codes only: no names, phones, addresses, client codes or tokens, because
 * logs leave the database's retention and erasure rules.
 */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const consoleLog: Log = {
  info: (event, fields) => console.log(JSON.stringify({ level: 'info', event, ...fields })),
  warn: (event, fields) => console.warn(JSON.stringify({ level: 'warn', event, ...fields })),
  error: (event, fields) => console.error(JSON.stringify({ level: 'error', event, ...fields })),
}

/**
 * What may be said about an unexpected error: its kind and the first words, cut before any quoted value could follow.
 */
export function errorFields(error: unknown): { error: string } {
  if (!(error instanceof Error)) return { error: 'non-error thrown' }
  const cause = error.cause instanceof Error ? `; ${error.cause.message}` : ''
  // Drizzle's message is the whole statement with its parameters, which are personal data; its cause is the reason.
  const message = error.message.startsWith('Failed query') ? 'Failed query' : error.message
  return { error: `${error.name}: ${message}${cause}`.slice(0, 200) }
}
