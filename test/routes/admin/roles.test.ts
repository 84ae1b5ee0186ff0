import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { adminClient } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { sampleOf } from '../../worlds/samples.ts'

let chapar: Harness
let operatorToken: string
let tenantToken: string

beforeAll(async () => {
  chapar = await startChapar()
  operatorToken = await chapar.operatorToken()
  const admin = await adminClient(chapar, operatorToken)
  const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Curious' })
  const made = await admin.ok('POST', `/admin/v1/tenants/${id}/credentials`, {
    name: 'curious',
    mode: 'live',
    kind: 'secret',
    scopes: ['messages:send', 'messages:read', 'webhooks:read', 'webhooks:write', 'suppressions:write'],
  })
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: String(made['clientId']),
    client_secret: String(made['clientSecret']),
  })
  const response = await chapar.fetch('/oauth/token', { method: 'POST', body })
  tenantToken = ((await response.json()) as { access_token: string }).access_token
})
afterAll(() => chapar?.dispose())

const PATH_VALUES: Readonly<Record<string, string>> = {
  tenantId: 'ten_000000000000',
  clientId: 'cli_00000000000000000000000000000',
  connectionId: 'con_00000000000000000',
  channel: 'sms',
  address: '10001',
  id: 'dead_0000000000000000000000',
}
const pathOf = ({ path }: Operation): string => path.replace(/:(\w+)/g, (_, name: string) => PATH_VALUES[name] ?? 'x')

async function statusOf(operation: Operation, token: string | null): Promise<number> {
  const body = operation.body ? JSON.stringify(sampleOf(operation.body)) : undefined
  const response = await chapar.fetch(pathOf(operation), {
    method: operation.method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  await response.arrayBuffer()
  return response.status
}

const adminOperations = operations.filter(({ path }) => path.startsWith('/admin/'))
const label = (operation: Operation): string => `${operation.method} ${operation.path}`

describe('every admin call', () => {
  it('has a body in this test that passes its schema, if it takes one', () => {
    for (const { body } of adminOperations) if (body) body.parse(sampleOf(body))
  })

  it.each(adminOperations.map((operation) => [label(operation), operation] as const))(
    '%s refuses a tenant, and anybody without a token',
    async (_, operation) => {
      expect(await statusOf(operation, tenantToken)).toBe(401)
      expect(await statusOf(operation, null)).toBe(401)
    },
  )

  it.each(
    adminOperations.filter(({ path }) => path.includes(':')).map((operation) => [label(operation), operation] as const),
  )('%s answers 404 to ids that nobody has', async (_, operation) => {
    expect(await statusOf(operation, operatorToken)).toBe(404)
  })

  it('has left nothing behind', async () => {
    const row = await chapar.control.prepare('SELECT count(*) AS n FROM connections').first<{ n: number }>()
    expect(row?.n).toBe(0)
  })
})

it('an operator’s token opens none of the tenants’ calls', async () => {
  const scoped = operations.filter(({ scope, path }) => scope && path.startsWith('/v1/'))
  expect(scoped.length).toBeGreaterThan(10)
  for (const operation of scoped) expect(await statusOf(operation, operatorToken), label(operation)).toBe(401)
})
