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

/** What may be said about an unexpected error: its kind and its first words. D1's errors name columns, not values. */
export function errorFields(error: unknown): { error: string } {
  return { error: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'non-error thrown' }
}
