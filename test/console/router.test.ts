import { expect, test } from 'vitest'
import { router } from '../../console/src/router.tsx'

/** Parameters that are no thing's id: pages of one text, between which nothing is typed. */
const NO_ID = new Set(['tenantId', 'mode', 'page'])

test('each thing that a route shows has a page of its own, so that nothing typed for one is shown with the next', () => {
  const byId = Object.values(router.routesById).filter(({ path }) =>
    [...String(path).matchAll(/\$(\w+)/g)].some(([, name = '']) => !NO_ID.has(name)),
  )
  expect(byId.length).toBeGreaterThan(8)
  for (const { id } of byId) {
    const pageOf = (name: string): string => {
      const params = { tenantId: 'ten_a', mode: 'test', id: name, connectionId: name }
      // The cast: the router asks so for each of its routes, of which the type of this one is not known.
      const asked = { routeId: id, params, search: {}, loaderDeps: {} } as never
      return JSON.stringify(router.options.defaultRemountDeps?.(asked))
    }
    expect([id, pageOf('one') === pageOf('other')]).toEqual([id, false])
  }
})
