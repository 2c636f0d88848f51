/** The value of a cookie; undefined without one, or with several of the name. */
export function readCookie(headers: Headers, name: string): string | undefined {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? values[0] : undefined
}

/** May a request that carries its proof by itself change something? Only from our own pages. */
export function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  // Browsers too old for the header send Origin with every POST, PATCH and DELETE.
  return request.headers.get('origin') === new URL(request.url).origin
}
