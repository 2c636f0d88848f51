import type { Context } from './context.ts'
import type { Json, JsonObject } from './json.ts'
import { emptyMeta } from './views.ts'

/** A refusal in the words of the API. */
export class ApiError extends Error {
  readonly status: number
  readonly details: {
    /** Business code 431–438. */
    code?: number
    /** The appointment that is meant. */
    appointment?: number
    /** Field by field. */
    errors?: JsonObject
    /** 401 and unknown paths, whose shape is a knob. */
    early?: boolean
  }

  constructor(status: number, message: string, details: ApiError['details'] = {}) {
    super(message)
    this.status = status
    this.details = details
  }
}

export const notFound = (message = 'Не найдено') => new ApiError(404, message)

/** The Accept header alone decides whether answers are wrapped. */
export const isV2 = (request: Request) =>
  /application\/vnd\.(yclients|api)\.v2\+json/.test(request.headers.get('accept') ?? '')

export interface AnswerOptions {
  status?: number
  meta?: Json
  /** What a caller without the v2 `Accept` gets instead of `data`. */
  bare?: Json
}

export function answer(ctx: Context, request: Request, data: Json, options: AnswerOptions = {}): Response {
  const { status = 200, meta = emptyMeta(ctx), bare = data } = options
  return json(status, isV2(request) ? { success: true, data, meta } : bare)
}

export const nothing = (status: number) => new Response(null, { status })

export function refuse(ctx: Context, request: Request, { status, message, details }: ApiError): Response {
  const { code, appointment, errors, early } = details
  if (!isV2(request) || (early && ctx.knobs.authErrorShape === 'v1')) {
    const described: JsonObject = { code: code ?? status, message }
    if (appointment !== undefined) described.id = appointment
    return json(status, { errors: described, meta: { message } })
  }
  const meta: JsonObject = { message }
  if (errors) meta.errors = errors
  if (code !== undefined && ctx.knobs.codesInMeta) {
    meta.errors = appointment === undefined ? { code } : { code, id: appointment }
  }
  return json(status, { success: false, data: null, meta })
}

const json = (status: number, body: Json) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
