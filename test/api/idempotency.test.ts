import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { signedInPerson } from '../worlds/players/person-world.ts'
import { type Body, nameOf, type Seen, type Surface, startSurface } from '../worlds/surface.ts'
import { message, until } from '../worlds/world.ts'
import { exampleOf } from './examples.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface({ gateways: 2 })
})
afterAll(() => it.dispose())

const idempotent = operations.filter((one) => one.idempotent).map((one) => [nameOf(one), one] as const)
const SECRETS = ['secret', 'clientSecret', 'callbackSecret', 'key', 'token', 'link']

/** The same answer, but for secrets that were shown once. */
function expectReplay(first: Seen, again: Seen): void {
  expect(again.status).toBe(first.status)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(first.headers.has('idempotency-replayed')).toBe(false)
  expect(again.headers.get('location')).toBe(first.headers.get('location'))
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect(again.requestId).not.toBe(first.requestId)
  for (const name of SECRETS) {
    const secret = first.json?.[name]
    if (typeof secret === 'string') expect(again.text).not.toContain(secret)
  }
  const bare = ({ json }: Seen) =>
    JSON.stringify(json, (name, value) => (SECRETS.includes(name) || name === 'callbackUrl' ? '' : value))
  expect(bare(again)).toBe(bare(first))
}

// A person's own page sends none: its steps are taken once. A proposal that is made twice waits twice, and does nothing.
test('every POST that makes something takes a key, but a person’s own and proposals', () => {
  const isOwn = (path: string) => ['/oauth/token', '/admin/v1/approvals'].includes(path) || path.startsWith('/v1/auth/')
  const without = operations.filter(
    ({ method, path, responses, idempotent: takes }) =>
      method === 'POST' && !takes && (201 in responses || 202 in responses) && !isOwn(path),
  )
  expect(without.map(nameOf)).toEqual([])
})

describe.each(idempotent)('%s', (_, operation) => {
  test('is done once for a key, quoted or bare, by whichever gateway', async () => {
    const { path, status, ...sent } = await exampleOf(operation, it)
    const key = randomUUID()
    const token = await it.tokenFor(operation)
    const call = (header: string, more: Record<string, unknown> = {}) =>
      it.call(path, {
        method: operation.method,
        token,
        operation,
        ...sent,
        headers: { 'idempotency-key': header },
        ...more,
      })
    const first = await call(`"${key}"`)
    expect(first.status, first.text).toBe(status)
    expectReplay(first, await call(`"${key}"`))
    expectReplay(first, await call(key, { gateway: 1 }))
    if (operation.body) {
      const other = await call(`"${key}"`, { body: { ...(sent.body as object), x: 1 } })
      expect([other.status, other.json.code]).toEqual([422, 'idempotency-mismatch'])
    }
  })
})

test('fifty parallel posts with one key send one message', async () => {
  const key = randomUUID()
  const post = (n: number) =>
    it.call('/v1/messages', {
      token: it.token,
      body: message('+989123334455'),
      headers: { 'idempotency-key': `"${key}"` },
      gateway: n % 2,
    })
  const seen = await Promise.all(Array.from({ length: 50 }, (_, n) => post(n)))
  for (const one of seen) {
    expect([202, 409]).toContain(one.status)
    if (one.status === 409) {
      expect(one.json.code).toBe('idempotency-in-flight')
      expect(Number(one.headers.get('retry-after'))).toBeGreaterThan(0)
    }
  }
  const ids = new Set(seen.filter(({ status }) => status === 202).map(({ json }) => json.id))
  expect(ids.size).toBe(1)
  const last = await post(0)
  expect([last.status, ids.has(last.json.id)]).toEqual([202, true])
  const { data } = await until('the message', async () => {
    const page = await it.good('/v1/messages?to=%2B989123334455')
    return page.data.length > 0 ? page : null
  })
  expect(data.map(({ id }) => id)).toEqual([...ids])
})

test('a refused request is replayed too, one that may pass later is not', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  const bad = () => it.call('/v1/messages', { token: it.token, body: message('nobody'), headers })
  expect((await bad()).status).toBe(422)
  const again = await bad()
  expect([again.status, again.json.code]).toEqual([422, 'invalid-fields'])

  const limits = { rate: 1, burst: 1 }
  const { token } = await it.other('30009911', { tenant: { limits } })
  const send = (key: string) =>
    it.call('/v1/messages', { token, body: message('+989121112233'), headers: { 'idempotency-key': key } })
  // Eight at once are more than it admits, however long one of them takes.
  const refused = await until('the limit refuses one', async () => {
    const keys = Array.from({ length: 8 }, () => randomUUID())
    const seen = await Promise.all(keys.map(send))
    return keys.find((_, n) => seen[n]?.status === 429) ?? null
  })
  const sent = await until('the limit admits it', async () => {
    const seen = await send(refused)
    return seen.status === 202 ? seen : null
  })
  expect(sent.headers.has('idempotency-replayed')).toBe(false)
})

test('keys of one tenant, of another, of live and of test are apart', async () => {
  const headers = { 'idempotency-key': '"shared"' }
  const other = await it.other('30009912')
  const mine = await it.good('/v1/messages', { body: message('+989121112233'), headers }, 202)
  const theirs = await it.call('/v1/messages', { token: other.token, body: message('+989121112233'), headers })
  expect([theirs.status, theirs.headers.has('idempotency-replayed')]).toEqual([202, false])
  expect(theirs.json.id).not.toBe(mine.id)
})

interface Kept {
  /** Where it is read, and which it is of a list. */
  readonly at: string
  readonly of?: (record: Body) => boolean
  readonly change: { readonly method: string; readonly path?: string; readonly token?: string }
  /** What two people make of it, one after the other. */
  readonly bodies: readonly [object, object]
}

/** Records that forms of the console change, each kind once; those that a PUT makes are not there yet. */
async function keptRecords(): Promise<Readonly<Record<string, Kept>>> {
  const { chapar, tenantId, operatorToken: token } = it
  const member = await signedInPerson(chapar, { roles: { [tenantId]: 'viewer' }, operatorRole: 'support' })
  const owner = await it.personToken()
  const connection = { channel: 'sms', provider: 'sandbox', name: 'Of two' }
  const { id: connectionId } = await it.admin('/admin/v1/connections', { body: connection })
  const { id: webhookId } = await it.good('/v1/webhooks', { body: { url: 'https://two.example.com/' } }, 201)
  const tenant = `/admin/v1/tenants/${tenantId}`
  const push = { channel: 'push', address: 'shop.example', lineClass: 'service' }
  await it.admin(`${tenant}/senders`, { body: push })
  const sandbox = { network: 'sandbox', token: 'of-two', app: 'shop.example' }
  const { id: deviceId } = await until('the sender is known', async () => {
    const { status, json } = await it.call('/v1/devices', { token: it.token, body: sandbox })
    return status === 201 ? json : null
  })
  const route = { tenantId, channel: 'sms', mode: 'live' }
  const sender = { channel: 'sms', address: '30009' }
  return {
    tenant: { at: tenant, change: { method: 'PATCH', token }, bodies: [{ name: 'A' }, { name: 'B' }] },
    connection: {
      at: `/admin/v1/connections/${connectionId}`,
      change: { method: 'PATCH', token },
      bodies: [{ name: 'A' }, { name: 'B' }],
    },
    licensee: {
      at: '/admin/v1/licensee',
      change: { method: 'PATCH', token },
      bodies: [{ legal: { registrationId: '1' } }, { legal: { registrationId: '2' } }],
    },
    route: {
      at: `/admin/v1/routes?tenantId=${tenantId}`,
      of: ({ channel, mode }) => channel === route.channel && mode === route.mode,
      change: { method: 'PUT', path: '/admin/v1/routes', token },
      bodies: [
        { ...route, connections: [connectionId] },
        { ...route, connections: [it.connectionId] },
      ],
    },
    sender: {
      at: `${tenant}/senders`,
      of: ({ address }) => address === sender.address,
      change: { method: 'PUT', token },
      bodies: [
        { ...sender, lineClass: 'otp' },
        { ...sender, lineClass: 'service' },
      ],
    },
    staff: {
      at: '/admin/v1/staff',
      of: ({ id }) => id === member.id,
      change: { method: 'PATCH', path: `/admin/v1/staff/${member.id}`, token },
      bodies: [{ role: 'auditor' }, { role: 'operator' }],
    },
    member: {
      at: '/v1/members',
      of: ({ id }) => id === member.id,
      change: { method: 'PATCH', path: `/v1/members/${member.id}`, token: owner },
      bodies: [{ role: 'sender' }, { role: 'developer' }],
    },
    webhook: {
      at: `/v1/webhooks/${webhookId}`,
      change: { method: 'PATCH' },
      bodies: [{ description: 'A' }, { description: 'B' }],
    },
    device: {
      at: `/v1/devices/${deviceId}`,
      change: { method: 'PATCH' },
      bodies: [{ tags: ['a'] }, { tags: ['b'] }],
    },
  }
}

test('of two changes for one version the second is refused by that name, whatever it is of, and made for the newer one', async () => {
  for (const [name, { at, of, change, bodies }] of Object.entries(await keptRecords())) {
    const { token = it.token, method, path = at.split('?')[0] as string } = change
    const read = async (): Promise<Body | null> => {
      const seen = await it.good(at, { token })
      return of ? (seen.data.find(of) ?? null) : seen
    }
    const make = async (body: object, version?: unknown): Promise<Body> =>
      (await it.call(path, { method, token, body: { ...body, ...(version !== undefined && { version }) } })).json
    const [first, second] = bodies
    const version = (await read())?.['version'] ?? null
    await make(first, version)
    const made = await read()
    expect(made, name).toMatchObject(first)
    const refused = await make(second, version)
    expect([refused.code, refused.errors?.map(({ pointer }) => pointer)], name).toEqual(['conflict', ['/version']])
    expect(await read(), name).toEqual(made)
    // The answer is of the version that a list or a read shows; without one, a program changes whatever there is.
    await make(second, made?.['version'])
    expect(await read(), name).toMatchObject(second)
    await make(first)
    expect(await read(), name).toMatchObject(first)
  }
})
