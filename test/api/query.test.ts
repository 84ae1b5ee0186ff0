import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { type Body, type Surface, startSurface } from '../worlds/surface.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

const named = ({ json }: { json: Body }) => (json.errors ?? []).map(({ pointer }) => pointer)

describe('every call of tenants and operators refuses what it does not know, and what stands twice', () => {
  const calls = operations.filter(({ path }) => path.startsWith('/v1/') || path.startsWith('/admin/'))
  test.each(calls.map((call) => [`${call.method} ${call.path}`, call] as const))('%s', async (_, call) => {
    const path = call.path.replace(/:\w+(\{[^}]*\})?/g, 'x')
    const token = await it.tokenFor(call)
    const ask = async (query: string) => {
      const body = call.body ? { body: {} } : {}
      const upload = call.upload ? { 'content-type': 'text/plain' } : {}
      const response = await it.chapar.fetch(`${path}?${query}`, {
        method: call.method,
        headers: {
          ...(await it.knownBy(path, token)),
          ...(call.idempotent ? { 'idempotency-key': crypto.randomUUID() } : {}),
          ...(call.body ? { 'content-type': 'application/json' } : upload),
        },
        ...(call.body || call.upload ? { body: JSON.stringify(body) } : {}),
      })
      return [response.status, named({ json: (await response.json()) as Body })[0]]
    }
    expect(await ask('nonsense=1')).toEqual([400, 'query:nonsense'])
    for (const name of Object.keys(call.query?.shape ?? {}))
      expect(await ask(`${name}=1&${name}=1`)).toEqual([400, `query:${name}`])
  })

  test('what anybody may call takes any', async () => {
    for (const path of ['/openapi.json', '/docs'])
      expect([path, (await it.chapar.fetch(`${path}?utm_source=mail`)).status < 400]).toEqual([path, true])
  })
})
