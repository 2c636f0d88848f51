/** Where the panel begins. */
export const PANEL = '/admin'

export const isPanelPath = (path: string): boolean => path === PANEL || path.startsWith(`${PANEL}/`)

const NOWHERE = 'http://panel.invalid'

/**
 * An address to go to after something is done, as it stood in a form or a link: with path and query, on the panel itself,
 * whatever tricks are in it. Anything else is the first page. Pure.
 */
export function ownPath(wanted: string | undefined | null): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, NOWHERE)) return PANEL
  const { origin, pathname, search } = new URL(wanted, NOWHERE)
  return origin === NOWHERE && isPanelPath(pathname) ? `${pathname}${search}` : PANEL
}
