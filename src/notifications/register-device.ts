import type { Context } from '../context.ts'
import type { Result } from '../platform/outcome.ts'
import {
  type Device,
  deleteDevice,
  devicesOfUser,
  dropOldestDevices,
  type NewDevice,
  putDevice,
} from './devices.store.ts'

/** Nobody has more phones; a program could make any number of tokens. */
const MOST_DEVICES = 10

/** This phone may be pushed to while its session lasts. Safe to repeat; the app does so whenever its token changes. */
export async function registerDevice(ctx: Context, device: NewDevice): Promise<Result<Device, 'unauthenticated'>> {
  const { db } = ctx
  const [[stored]] = await db.batch([
    putDevice(db, device, ctx.now()),
    dropOldestDevices(db, device.userId, MOST_DEVICES),
  ])
  // The token outlived its owner.
  return stored ? { ok: true, value: stored } : { ok: false, refusal: 'unauthenticated' }
}

export const listDevices = (ctx: Context, userId: number) => devicesOfUser(ctx.db, userId)

export async function removeDevice(
  ctx: Context,
  userId: number,
  id: number,
): Promise<Result<undefined, 'device_not_found'>> {
  const { changes } = await deleteDevice(ctx.db, userId, id)
  return changes > 0 ? { ok: true, value: undefined } : { ok: false, refusal: 'device_not_found' }
}

export type { Device }
