import type { Api } from './api.ts'
import { CliError, EXIT } from './exit.ts'

const API = '/api/v1'

/** The texts of a long answer, page after page, as its Link headers say. */
export async function* textPages(api: Api, first: string): AsyncGenerator<string> {
  for (let path: string | undefined = first; path !== undefined; ) {
    const page: Response = await api.download(path)
    yield await page.text()
    path = nextOf(page.headers.get('link'))
  }
}

/** Another answer than ours must not send us, and the token with us, anywhere else. */
function nextOf(link: string | null): string | undefined {
  if (link === null) return undefined
  const [, address] = /^<([^>]+)>;\s*rel="next"$/.exec(link) ?? []
  if (!address?.startsWith(`${API}/`)) throw new CliError(EXIT.unreachable, `Link: ${link}`)
  return address.slice(API.length)
}
