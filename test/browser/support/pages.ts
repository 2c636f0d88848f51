import { ANNA } from './salon.ts'

/** Every page of the panel, as it is looked at by axe, at three widths and on the scales. New pages are added here. */
export const PAGES: readonly { readonly name: string; readonly path: string }[] = [
  { name: 'today', path: '/admin' },
  { name: 'clients', path: '/admin/clients?q=+79000000001' },
  { name: 'clients-found-by-name', path: '/admin/clients?q=script' },
  { name: 'client-card', path: `/admin/clients/${ANNA.id}` },
  { name: 'write-off-code', path: '/admin/write-off?code=XYZ00000' },
  { name: 'write-off', path: `/admin/clients/${ANNA.id}/write-off` },
  { name: 'write-off-check', path: `/admin/clients/${ANNA.id}/write-off?key=only-looked-at&amount=300&reason=Массаж` },
  { name: 'adjust-wrong', path: `/admin/clients/${ANNA.id}/adjust?key=only-looked-at&amount=x&reason=` },
  { name: 'merge', path: `/admin/clients/${ANNA.id}/merge?q=Борис` },
  { name: 'merge-check', path: `/admin/clients/${ANNA.id}/merge?from=2&key=only-looked-at` },
  { name: 'receipt', path: '/admin/receipts/1' },
  { name: 'not-found', path: '/admin/no-such-page' },
]
