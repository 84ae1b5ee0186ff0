import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessToken } from '../fixtures/tokens/forged-tokens.ts'
import { type AuthGateway, startAuthGateway } from '../worlds/auth-gateway.ts'
import { until } from '../worlds/world.ts'

let gateway: AuthGateway
beforeAll(async () => {
  gateway = await startAuthGateway()
})
afterAll(() => gateway.chapar.dispose())

function call(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const token = accessToken(gateway.world, Date.now(), { scope: 'messages:read messages:send' })
  return gateway.chapar.fetch(path, { method, headers: { authorization: `Bearer ${token}`, ...headers } })
}

test('a read is logged with the address, credential and route, but never with the path itself', async () => {
  const response = await call('GET', '/v1/messages/+989121234567', {
    'cf-connecting-ip': '2001:db8::7',
    'x-forwarded-for': '6.6.6.6',
    'cf-ray': '230b030023ae2822-THR',
  })
  expect(response.status).toBe(200)
  const rows = await gateway.logged('id = ?1', response.headers.get('request-id'))
  expect(rows).toEqual([
    expect.objectContaining({
      tenant_id: gateway.world.tenantId,
      ip: '2001:db8::7',
      ray: '230b030023ae2822-THR',
      actor: gateway.world.secretClient.id,
      method: 'GET',
      route: '/v1/messages/:id',
      status: 200,
    }),
  ])
})

test('a call that cannot be logged is not answered, and shows nothing of the answer', async () => {
  await gateway.auditFails(true)
  const read = await call('GET', '/v1/messages/x')
  const created = await call('POST', '/v1/webhooks')
  await gateway.auditFails(false)
  expect([read.status, created.status]).toEqual([503, 503])
  expect(created.headers.get('location')).toBe(null)
  expect(created.headers.get('content-type')).toBe('application/problem+json')
  expect(created.headers.get('request-id')).toMatch(/^req_/)
  expect(await read.json()).toMatchObject({ code: 'unavailable' })
})

test('a send does not wait for the log: its row rides in the envelope', async () => {
  await gateway.auditFails(true)
  const sent = await call('POST', '/v1/messages')
  const repeated = await call('POST', '/v1/messages?again=1', { 'idempotency-key': 'once' })
  await gateway.auditFails(false)
  expect([sent.status, repeated.status]).toEqual([202, 503])
})

test('a replayed send has no envelope, so it is logged like any other call', async () => {
  const response = await call('POST', '/v1/messages?again=1', { 'idempotency-key': 'once' })
  const [row] = await gateway.logged('id = ?1', response.headers.get('request-id'))
  expect(row).toMatchObject({ route: '/v1/messages', status: 202, actor: gateway.world.secretClient.id })
})

test('a refused call keeps its answer when the log is down, and is logged when it is not', async () => {
  await gateway.auditFails(true)
  const unlogged = await call('GET', '/v1/webhooks')
  await gateway.auditFails(false)
  const logged = await call('GET', '/v1/webhooks')
  expect([unlogged.status, logged.status]).toEqual([403, 403])
  const [row] = await gateway.logged('id = ?1', logged.headers.get('request-id'))
  expect(row).toMatchObject({ status: 403, route: '/v1/webhooks', actor: gateway.world.secretClient.id })
})

test('the credential remembers its last use', async () => {
  const before = Date.now() - 1
  await gateway.logged('id = ?1', (await call('GET', '/v1/messages/x')).headers.get('request-id'))
  const { id } = gateway.world.secretClient
  const used = await until('the use is written', () =>
    gateway.chapar.control
      .prepare('SELECT last_used_at FROM credentials WHERE id = ?1')
      .bind(id)
      .first<number>('last_used_at'),
  )
  expect(used).toBeGreaterThan(before - 60_000)
})

test('a burst of refused sign-ins of one address is sampled, and none is lost count of', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, () =>
      gateway.chapar.fetch('/v1/messages/x', {
        headers: { authorization: 'Bearer x', 'cf-connecting-ip': '203.0.113.99' },
      }),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, { count }) => total + count, 0)
  const logged = async () => (await gateway.logged('true')).filter(({ ip }) => ip === '203.0.113.99')
  const rows = await until('all are counted', async () => {
    const found = await logged()
    return sum(found) >= 60 && found
  })
  expect(sum(rows)).toBe(60)
  expect(rows.length).toBeLessThan(60)
  const ids = new Set(answers.map((answer) => answer.headers.get('request-id')))
  expect(rows.every(({ id, tenant_id: tenant, actor }) => ids.has(id) && tenant === '' && actor === null)).toBe(true)
})
