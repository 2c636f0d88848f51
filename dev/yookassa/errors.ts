/** A refusal in YooKassa's own form. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly parameter: string | undefined
  constructor(status: number, code: string, description: string, parameter?: string) {
    super(description)
    this.status = status
    this.code = code
    this.parameter = parameter
  }
}

export const invalid = (description: string, parameter?: string) =>
  new ApiError(400, 'invalid_request', description, parameter)

export const notFound = (what: string) => new ApiError(404, 'not_found', `${what} doesn't exist or access is denied`)

export function errorAnswer({ status, code, message, parameter }: ApiError, id: string): Response {
  const body = { type: 'error', id, code, description: message, ...(parameter !== undefined && { parameter }) }
  return Response.json(body, { status })
}

/** Thrown instead of an answer; the Node shell turns it into a dropped connection. */
export class ConnectionReset extends TypeError {
  constructor() {
    super('connection reset by the shop')
  }
}
