/**
 * The one function of Node that the Worker uses. Declared here because the whole of @types/node would bring globals that a
 * Worker does not have.
 */
declare module 'node:crypto' {
  export function scrypt(
    password: string,
    salt: Uint8Array,
    keyLength: number,
    options: { N: number; r: number; p: number; maxmem: number },
    done: (error: Error | null, key: Uint8Array) => void,
  ): void
}
