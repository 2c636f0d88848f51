import { createServer } from 'node:net'

/** This port of 127.0.0.1 if nobody listens there, or undefined; 0 takes any free one. */
export function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}

/**
 * The port somebody asked for, or else the usual one, or else any. One that was asked for and is taken is an error: its
 * address may be written down elsewhere.
 */
export async function choosePort(option: string, asked: string | undefined, usual: number): Promise<number> {
  if (asked !== undefined && !(/^\d{1,5}$/.test(asked) && Number(asked) < 65_536)) {
    throw new Error(`${option}: not a port: ${asked}`)
  }
  const port = (await freePort(Number(asked ?? usual))) ?? (asked === undefined ? await freePort(0) : undefined)
  if (port === undefined) throw new Error(`${option}: port ${asked ?? usual} is taken`)
  return port
}
