import { newRoutes } from '../http.ts'
import { ProblemError } from '../platform/problem.ts'
import { ASSETS } from './assets/assets.ts'

export const panelAssetRoutes = newRoutes()

panelAssetRoutes.get('/admin/assets/:file', (c) => {
  const asset = ASSETS.get(c.req.param('file'))
  if (!asset) throw new ProblemError('not_found')
  return c.body(asset.text, 200, {
    'content-type': `${asset.type}; charset=utf-8`,
    // Another text has another name.
    'cache-control': 'public, max-age=31536000, immutable',
  })
})
