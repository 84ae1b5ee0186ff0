import { afterAll, beforeAll, expect, test } from 'vitest'
import { altered } from '../worlds/altered.ts'
import {
  caller,
  message,
  newTenant,
  optOutsLeft,
  reaches,
  startWorld,
  tokenOf,
  until,
  type World,
} from '../worlds/world.ts'

const PERSON = '+525512345678'
/** The same person in the form of before 2019, which carriers still use. */
const SPELLED = '+5215512345678'

let world: World
beforeAll(async () => {
  world = await startWorld({ tenant: { pack: 'generic' } })
})
afterAll(() => world.dispose())

interface Page {
  readonly data: readonly { readonly recipient: string }[]
  readonly nextCursor: string | null
}

const optOutKeys = async (): Promise<string[]> => {
  const own = (await optOutsLeft(world)).filter(({ party }) => [PERSON, SPELLED].includes(party))
  return [...new Set(own.map(({ realm, partyKey }) => `${realm} ${partyKey}`))]
}

/** Entries that wait for the index by party, each as its realm and key. */
const entries = async (): Promise<string[]> => {
  const { results } = await world.ledger
    .prepare('SELECT realm, hex(keys) AS keys FROM party_tail')
    .all<{ realm: string; keys: string }>()
  return results.flatMap(({ realm, keys }) => (keys.match(/.{16}/g) ?? []).map((key) => `${realm} ${key}`))
}

/** The same tenant by a credential of the other mode. */
async function liveCall(): Promise<ReturnType<typeof caller>> {
  const { clientId, clientSecret } = (await world.operator.post(`/admin/v1/tenants/${world.tenantId}/credentials`, {
    name: 'live',
    mode: 'live',
    kind: 'secret',
    scopes: ['messages:read', 'suppressions:write', 'suppressions:read'],
  })) as { clientId: string; clientSecret: string }
  return caller(world.chapar, await tokenOf(world.chapar, clientId, clientSecret))
}

test('one person has one key at a tenant, whatever the spelling, and another at each tenant and in each mode', async () => {
  const other = await newTenant(world.chapar, { line: '10004347' })
  const otherCall = caller(world.chapar, other.token)
  for (const to of [PERSON, SPELLED]) {
    const { id } = await world.json<{ id: string }>('/v1/messages', { body: message(to), status: 202 })
    await reaches(world, id, 'delivered')
  }
  expect((await otherCall('/v1/messages', { body: message(PERSON) })).status).toBe(202)
  const written = await until('both tenants’ messages', async () => {
    const found = await entries()
    return found.length === 3 && found
  })
  const pairs = [...new Set(written)]
  expect(pairs).toHaveLength(2)
  expect(new Set(pairs.map((pair) => pair.split(' ')[1])).size).toBe(2)

  const optOut = { body: { channel: 'sms', recipient: PERSON } }
  const live = await liveCall()
  for (const call of [world.call, live, otherCall]) expect((await call('/v1/suppressions', optOut)).status).toBe(201)
  const keys = await optOutKeys()
  expect(keys).toHaveLength(3)
  expect(new Set(keys.map((pair) => pair.split(' ')[1])).size).toBe(3)
})

test('an opt-out by one spelling holds for the other, is listed and lifted by both', async () => {
  const send = async (to: string) => {
    const body = message(to, 'خبر', { purpose: 'informational' })
    const { id } = await world.json<{ id: string }>('/v1/messages', { body, status: 202 })
    return (await reaches(world, id, 'delivered', 'suppressed')).status
  }
  const query = (recipient: string) => new URLSearchParams({ channel: 'sms', recipient })
  expect(await send(SPELLED)).toBe('suppressed')
  expect((await world.call('/v1/suppressions', { body: { channel: 'sms', recipient: SPELLED } })).status).toBe(200)
  expect((await world.json<Page>(`/v1/suppressions?${query(SPELLED)}`)).data).toMatchObject([{ recipient: PERSON }])
  expect((await world.call(`/v1/suppressions?${query(SPELLED)}`, { method: 'DELETE' })).status).toBe(204)
  expect(await send(PERSON)).toBe('delivered')
  const { data } = await world.json<{ data: { to: string }[] }>(`/v1/messages?${new URLSearchParams({ to: SPELLED })}`)
  expect(new Set(data.map(({ to }) => to))).toEqual(new Set([PERSON, SPELLED]))
})

test('no cursor holds a party key, and each is good for its own list only', async () => {
  const people = ['+989121110001', '+989121110002', '+989121110003']
  for (const recipient of people)
    expect((await world.call('/v1/suppressions', { body: { channel: 'sms', recipient } })).status).toBe(201)
  const { results } = await world.ledger.prepare('SELECT party_key FROM suppressions').all<{ party_key: string }>()
  const seen: string[] = []
  const cursors: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '1', ...(cursor === '' ? {} : { cursor }) })
    const page: Page = await world.json<Page>(`/v1/suppressions?${query}`)
    seen.push(...page.data.map(({ recipient }) => recipient))
    cursor = page.nextCursor
    if (cursor !== null) cursors.push(cursor)
  }
  expect(seen.sort()).toEqual(people)
  for (const cursor of cursors) {
    expect(cursor).toMatch(/^[A-Za-z0-9._-]+$/)
    const plain = `${cursor} ${Buffer.from(cursor.slice(cursor.indexOf('.') + 1), 'base64url').toString('latin1')}`
    for (const { party_key: key } of results) expect(plain).not.toContain(key)
  }
  const [first = ''] = cursors
  const live = await liveCall()
  const refused = [
    await live(`/v1/suppressions?${new URLSearchParams({ cursor: first })}`),
    await world.call(`/v1/suppressions?${new URLSearchParams({ cursor: first, channel: 'voice' })}`),
    await world.call(
      `/v1/suppressions?${new URLSearchParams({ cursor: `${altered(first.slice(0, -1))}${first.slice(-1)}` })}`,
    ),
    await world.call('/v1/suppressions?cursor=sms~AAAA~'),
  ]
  for (const answer of refused) {
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: 'query:cursor' }] })
  }
})
