import { expect, test } from 'vitest'
import { ofOne } from '../../console/src/app/of-one.ts'
import { source, sourceFiles } from '../source-tree.ts'

/** Parameters that are no thing's id: pages of one text, between which nothing is typed. */
const NO_ID = new Set(['tenantId', 'mode', 'page'])

const PATHS = sourceFiles('console/src/pages')
  .flatMap((file) => [...source(file).matchAll(/\bpath: '([^']*\$[^']*)'/g)])
  .map(([, path = '']) => path)

test('each thing that a route shows has a page of its own, so that nothing typed for one is shown with the next', () => {
  expect(source('console/src/router.tsx')).toContain('defaultRemountDeps: ofOne,')
  const ofIds = PATHS.filter((path) => [...path.matchAll(/\$(\w+)/g)].some(([, name = '']) => !NO_ID.has(name)))
  expect(ofIds.length).toBeGreaterThan(8)
  const params = { id: 'one' }
  expect(ofIds.filter((path) => ofOne({ routeId: `/t/$tenantId/$mode/${path}`, params }) !== params)).toEqual([])
  expect(ofOne({ routeId: '/t/$tenantId/$mode/messages', params })).toBe(false)
})
