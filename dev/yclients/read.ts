import { ApiError } from './envelope.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/** The request's JSON; anything else is 400. */
export const readJson = async (request: Request): Promise<Json> => parse(await request.text())

export const readObject = async (request: Request): Promise<JsonObject> => parseObject(await request.text())

export function parseObject(raw: string): JsonObject {
  const value = parse(raw)
  if (!isObject(value)) throw malformed()
  return value
}

function parse(raw: string): Json {
  try {
    const value: Json = JSON.parse(raw)
    return value
  } catch {
    throw malformed()
  }
}

const malformed = () => new ApiError(400, 'Некорректный запрос')

/** A number, also when it comes as a string. */
export function number(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isNaN(parsed) ? undefined : parsed
}

export const text = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : undefined
}

export const flag = (value: Json | undefined): boolean => value === true || value === 1 || value === '1'

export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

export const numbers = (value: Json | undefined): number[] =>
  list(value).flatMap((item) => {
    const id = number(item)
    return id === undefined ? [] : [id]
  })

/** `{key: value}` with the values as text; `[]` and nonsense are empty. */
export const fields = (value: Json | undefined): Record<string, string> =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item) ?? JSON.stringify(item)]))
    : {}

/** The fields of `value` that are not undefined, so that they can be spread over others. */
export function given<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  // fromEntries forgets the names; they are those of `value`.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
