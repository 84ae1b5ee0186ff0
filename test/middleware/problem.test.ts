import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthGateway, startAuthGateway } from '../worlds/auth-gateway.ts'

let gateway: AuthGateway
beforeAll(async () => {
  gateway = await startAuthGateway()
})
afterAll(() => gateway.chapar.dispose())

test.each([
  ['GET', '/open/row', 200],
  ['PUT', '/open/row', 204],
  ['GET', '/nowhere', 404],
  ['DELETE', '/open/row', 405],
  ['GET', '/open/bug', 500],
  ['GET', '/v1/nowhere', 401],
  ['POST', '/open/body', 415],
  ['GET', '/%E0%A4%A', 404],
])('%s %s carries its Request-Id', async (method, path, status) => {
  const response = await gateway.chapar.fetch(path, { method })
  expect(response.status).toBe(status)
  const id = response.headers.get('request-id')
  expect(id).toMatch(/^req_[0-9a-z]{16}$/)
  if (status >= 400) {
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ status, instance: id })
  }
})

test('no two calls have the same id, and a caller cannot choose his', async () => {
  const chosen = 'req_0000000000000000'
  const ids = await Promise.all(
    Array.from({ length: 20 }, async () =>
      (await gateway.chapar.fetch('/open/row', { headers: { 'request-id': chosen } })).headers.get('request-id'),
    ),
  )
  expect(new Set([...ids, chosen]).size).toBe(21)
})

test('the IP-log row of a call has the id of its answer', async () => {
  const response = await gateway.chapar.fetch('/open/row')
  expect(await response.json()).toMatchObject({ id: response.headers.get('request-id'), route: '/open/row' })
})

test('a path that exists with other methods says which', async () => {
  const response = await gateway.chapar.fetch('/open/row', { method: 'POST' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT'])
})

test('a bug tells nothing of itself', async () => {
  const response = await gateway.chapar.fetch('/open/bug')
  expect(await response.text()).not.toMatch(/internals|\+98|Error/)
})

test.each(['/open/row', '/open/bug', '/nowhere', '/v1/nowhere'])(
  '%s asks for https alone, where it goes over https',
  async (path) => {
    const said = async (scheme: string): Promise<string | null> =>
      (await gateway.chapar.mf.dispatchFetch(`${scheme}://chapar.test${path}`)).headers.get('strict-transport-security')
    expect([await said('https'), await said('http')]).toEqual(['max-age=31536000', null])
  },
)
