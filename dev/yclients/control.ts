import { Hono } from 'hono'
import type { Commands } from './commands.ts'
import type { Context } from './context.ts'

export function controlRoutes(_ctx: Context, _commands: Commands, _reset: () => void): Hono {
  return new Hono()
}
