import type { Context } from './context.ts'

export function fillDemoSalon(_ctx: Context): void {}
