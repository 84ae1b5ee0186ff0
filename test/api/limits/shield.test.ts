import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWrangler } from '../../../local/build/wrangler-config.ts'
import { completed } from '../../../local/split.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'

const LIMIT = 1_000
let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

/** Calls of one network to a path that nobody signs in to, by status. */
async function flood(path: string, calls: number, ipOf: (n: number) => string): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  for (let n = 0; n < calls; n += 100)
    for (const answer of await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        it.chapar.fetch(path, {
          method: 'POST',
          headers: { 'cf-connecting-ip': ipOf(n + i), 'content-type': 'application/x-www-form-urlencoded' },
          body: 'grant_type=client_credentials&client_id=cli_x&client_secret=y',
        }),
      ),
    )) {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status === 429) expect(answer.headers.get('retry-after')).toBe('60')
      await answer.arrayBuffer()
    }
  return statuses
}

describe('Cloudflare’s rate limit, where it is bound', () => {
  test('a /64 that guesses secrets is shut out, and its neighbour is not', async () => {
    const begunAt = Date.now()
    const seen = await flood('/oauth/token', 2_400, (n) => `2001:db8:7:1::${n.toString(16)}`)
    // Minutes may end meanwhile.
    const minutes = 1 + Math.ceil((Date.now() - begunAt) / 60_000)
    expect(seen.get(401) ?? 0).toBeLessThanOrEqual(minutes * LIMIT)
    expect(seen.get(429) ?? 0).toBeGreaterThan(0)
    expect(await flood('/oauth/token', 100, () => '2001:db8:7:2::1')).toEqual(new Map([[401, 100]]))
  })

  test('people’s paths have a limit of their own', async () => {
    for (const path of ['/p/unsubscribe/x', '/p/report/x', '/files/x'])
      expect((await flood(path, 100, () => '2001:db8:7:1::1')).has(429), path).toBe(false)
  })
})

test('every deployment that serves those paths is bound to it, and one without it is deployed all the same', () => {
  const single = readWrangler()
  const { ratelimits: _, ...without } = single
  const names = (worker: string, config = single) =>
    completed(readWrangler(`worker/split/${worker}.toml`), config).ratelimits?.map(({ name }) => name) ?? []
  expect(single.ratelimits?.map(({ name }) => name)).toEqual(['PEOPLE_SHIELD', 'SIGN_IN_SHIELD'])
  expect(names('api')).toEqual(['SIGN_IN_SHIELD'])
  expect(names('callbacks')).toEqual(['PEOPLE_SHIELD'])
  expect(names('api', without)).toEqual([])
})
