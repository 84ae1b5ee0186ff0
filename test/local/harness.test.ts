import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PATIENCE } from '../patience.ts'
import { type Harness, startBindings, startChapar } from '../worlds/harness.ts'

let chapar: Harness

beforeAll(async () => {
  chapar = await startChapar({
    entry: 'test/worlds/entries/probe.ts',
    gateways: 3,
    shards: 2,
    outbound: async (request) => {
      if (request.url === 'https://gone.example/') throw new Error('reset')
      return new Response(`${request.method} ${request.url} ${await request.text()}`, {
        status: 302,
        headers: { location: 'https://elsewhere.example/' },
      })
    },
  })
})
afterAll(() => chapar.dispose())

const notes = async (name: string): Promise<string[]> => {
  const { results } = await chapar.control
    .prepare('SELECT value FROM notes WHERE name = ?1')
    .bind(name)
    .all<{ value: string }>()
  return results.map((row) => row.value)
}

test('several gateways share one Durable Object', async () => {
  const counts = await Promise.all([0, 1, 2].map(async (n) => (await chapar.fetch('/count', {}, n)).json()))
  expect(counts.sort()).toEqual([1, 2, 3])
})

test('what a Worker fetches arrives at the outbound function with its full URL', async () => {
  const response = await chapar.fetch('/?to=https://carrier.example/v1?a=b')
  expect(response.status).toBe(302)
  expect(await response.text()).toBe('POST https://carrier.example/v1?a=b out')
})

test('an outbound function that throws is a connection that broke', async () => {
  expect((await chapar.fetch('/?to=https://gone.example/')).status).toBe(504)
})

test('a queue message sent by any gateway is consumed', async () => {
  await chapar.fetch('/send', { method: 'POST' }, 2)
  await vi.waitFor(async () => expect(await notes('chapar-notify')).toEqual(['hello']), { timeout: PATIENCE })
})

test('a cron runs with the scheduled time it is given', async () => {
  await chapar.scheduled('17 * * * *', 1_800_000_000_000)
  expect(await notes('17 * * * *')).toEqual(['1800000000000'])
})

test('the client address is the one that the test names', async () => {
  expect(await (await chapar.fetch('/ip')).text()).toBe('127.0.0.1')
  const other = await chapar.fetch('/ip', { headers: { 'cf-connecting-ip': '203.0.113.9' } })
  expect(await other.text()).toBe('203.0.113.9')
})

test('bindings alone have every migration applied', async () => {
  const bindings = await startBindings({ shards: 2 })
  const tables = async (db: D1Database): Promise<string[]> =>
    (await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{ name: string }>()).results.map(
      (row) => row.name,
    )
  expect(await tables(bindings.control)).toContain('tenants')
  expect(await tables(bindings.ledger(0))).toContain('messages')
  expect(await tables(bindings.ledger(1))).toContain('messages')
  await bindings.dispose()
})
