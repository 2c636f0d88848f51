import type { Context } from '../context.ts'
import { sameSecret } from '../platform/secrets.ts'
import { authenticate, type Caller } from './authenticate.ts'

/** Who asks for the metrics: a monitoring program by its token, or somebody who has signed in. */
export async function authenticateMonitor(ctx: Context, headers: Headers): Promise<Caller> {
  const { metricsToken } = ctx.config
  const given = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (metricsToken !== undefined && given !== undefined && (await sameSecret(given, metricsToken))) {
    return { actor: { kind: 'monitor', id: 0 }, ambient: false }
  }
  return await authenticate(ctx, headers)
}
