import { join } from 'node:path'

export const PROJECT = join(import.meta.dirname, '..', '..')

/** Everything that local runs leave behind; ignored by git. */
export const LOCAL = join(PROJECT, '.dev')
