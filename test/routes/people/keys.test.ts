import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMember, addPerson, tabToken } from '../../worlds/players/signed-in-people.ts'
import { type Body, type Surface, startSurface } from '../../worlds/surface.ts'
import { message, until } from '../../worlds/world.ts'

let it: Surface
let developer: Awaited<ReturnType<typeof addPerson>>
beforeAll(async () => {
  it = await startSurface()
  developer = await addPerson(it.chapar)
  await addMember(it.chapar, developer, it.tenantId, 'developer')
  // Its change has the tenant's object read the members.
  await it.personToken()
})
afterAll(() => it.dispose())

const byDeveloper = (mode: 'test' | 'live' = 'test') => tabToken(it.chapar, developer, { tenantId: it.tenantId, mode })
const input = (more: object = {}) => ({
  name: 'Shop',
  mode: 'test',
  scopes: ['messages:send', 'messages:read'],
  ...more,
})
async function keyOf(token: string, more: object = {}): Promise<Body & { readonly key: string }> {
  const seen = await it.call('/v1/keys', { token, body: input(more) })
  expect(seen.status, seen.text).toBe(201)
  return seen.json as Body & { readonly key: string }
}
const codeOf = async (path: string, token: string, body?: unknown): Promise<string> => {
  const { status, json } = await it.call(path, { token, body })
  return status < 400 ? 'good' : json.code
}
const isOver = (key: string) => async () => (await codeOf('/v1/messages', key)) === 'token-revoked'

describe('an API key', () => {
  test('is all that a program needs, in one header, and says when it was last used', async () => {
    const made = await keyOf(await byDeveloper())
    expect(made.key).toMatch(/^chk_test_eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(made).toMatchObject({ kind: 'api-key', status: 'active', madeBy: developer.id, lastUsedAt: null })
    const sent = await it.call('/v1/messages', { token: made.key, body: message('+989121112233', 'hi') })
    expect(sent.status, sent.text).toBe(202)
    expect(await codeOf('/v1/webhooks', made.key)).toBe('forbidden')
    const used = await until('its last use', async () => {
      const { json } = await it.call(`/v1/keys/${made.id}`, { token: await it.personToken() })
      return json['lastUsedAt'] !== null && json
    })
    expect(JSON.stringify(used)).not.toContain(made.key.slice(-20))
    const { json } = await it.call('/v1/keys', { token: await byDeveloper() })
    expect(json.data).toContainEqual(expect.objectContaining({ id: made.id }))
    expect(json.data).toContainEqual(expect.objectContaining({ id: it.clientId, kind: 'secret', madeBy: null }))
  })

  test('is of whoever asks, also under an Idempotency-Key that a colleague used for the same', async () => {
    const headers = { 'idempotency-key': '"one key of two people"' }
    const made: Body[] = []
    for (const token of [await byDeveloper(), await it.personToken(), await byDeveloper()]) {
      const seen = await it.call('/v1/keys', { token, headers, body: input() })
      expect(seen.status, seen.text).toBe(201)
      made.push(seen.json)
    }
    const [first, colleagues, again] = made
    expect([first?.['madeBy'], again?.id]).toEqual([developer.id, first?.id])
    expect(colleagues?.id).not.toBe(first?.id)
    expect(colleagues?.['madeBy']).not.toBe(developer.id)
  })

  test('is over within five seconds of being revoked, by whoever may', async () => {
    const { id, key } = await keyOf(await byDeveloper())
    expect(await codeOf('/v1/messages', key)).toBe('good')
    const revoked = await it.call(`/v1/keys/${id}`, { method: 'DELETE', token: await it.personToken() })
    expect(revoked.json).toMatchObject({ id, status: 'revoked' })
    await until('it is refused', isOver(key))
  })

  test('is over at its end', async () => {
    const { id, key } = await keyOf(await byDeveloper(), { expiresAt: new Date(Date.now() + 86_400_000).toISOString() })
    expect(await codeOf('/v1/messages', key)).toBe('good')
    await it.chapar.control.prepare('UPDATE credentials SET expires_at = 1 WHERE id = ?1').bind(id).run()
    await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: 'Test' } })
    await until('it is refused', isOver(key))
  })

  test('has a mode that nothing about it can change', async () => {
    const { key } = await keyOf(await byDeveloper())
    expect(await codeOf('/v1/messages', key.replace('chk_test_', 'chk_live_'))).toBe('unauthenticated')
    expect(await codeOf('/v1/messages', key.slice('chk_test_'.length))).toBe('unauthenticated')
    expect(await codeOf('/admin/v1/tenants', key)).toBe('unauthenticated')
    const live = await keyOf(await byDeveloper('live'), { mode: 'live', scopes: ['messages:read'] })
    expect(await codeOf('/v1/messages', live.key)).toBe('good')
    expect(await codeOf('/v1/sandbox/phone?number=%2B989121112233', live.key)).toBe('forbidden')
  })

  test('is no client’s secret, and makes no keys', async () => {
    const { id, key } = await keyOf(await byDeveloper(), { scopes: ['keys:read', 'people:read', 'messages:read'] })
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: key })
    const login = await it.chapar.fetch('/oauth/token', { method: 'POST', body: form })
    expect(login.status).toBe(401)
    expect(await codeOf('/v1/keys', key)).toBe('good')
    expect(await codeOf('/v1/keys', key, input())).toBe('forbidden')
    expect((await it.call(`/v1/keys/${id}`, { method: 'DELETE', token: key })).json.code).toBe('forbidden')
    expect((await it.call(`/v1/keys/${id}`, { method: 'DELETE', token: it.token })).json.code).toBe('forbidden')
  })

  test('reaches no further than who makes it: his role, his tab, a year', async () => {
    const token = await byDeveloper()
    for (const [more, pointer] of [
      [{ scopes: ['messages:read', 'suppressions:write'] }, '/scopes/1'],
      [{ scopes: ['keys:write'] }, '/scopes/0'],
      [{ scopes: ['people:write'] }, '/scopes/0'],
      [{ mode: 'live' }, '/mode'],
      [{ expiresAt: new Date(Date.now() - 1_000).toISOString() }, '/expiresAt'],
      [{ expiresAt: new Date(Date.now() + 367 * 86_400_000).toISOString() }, '/expiresAt'],
      [{ allowedIps: ['nowhere'] }, '/allowedIps/0'],
    ] as const) {
      const seen = await it.call('/v1/keys', { token, body: input(more) })
      expect([seen.status, seen.json.errors?.map((one) => one.pointer)]).toEqual([422, [pointer]])
    }
  })

  test('of live is seen and revoked by nobody who acts in test', async () => {
    const { id } = await keyOf(await byDeveloper('live'), { mode: 'live' })
    const inTest = await byDeveloper()
    const ids = async (token: string) => (await it.call('/v1/keys', { token })).json.data.map((one) => one.id)
    expect(await ids(inTest)).not.toContain(id)
    expect(await ids(await byDeveloper('live'))).toContain(id)
    expect((await it.call(`/v1/keys/${id}`, { method: 'DELETE', token: inTest })).status).toBe(404)
  })

  test('calls from where it may, and another tenant’s person does not find it', async () => {
    const { id, key } = await keyOf(await byDeveloper(), { allowedIps: ['203.0.113.0/24'] })
    const from = async (ip: string) =>
      (await it.call('/v1/messages', { token: key, headers: { 'cf-connecting-ip': ip } })).status
    expect([await from('203.0.113.9'), await from('198.51.100.9')]).toEqual([200, 403])
    const { tenantId } = await it.other('10007171')
    await addMember(it.chapar, developer, tenantId, 'owner')
    await it.admin(`/admin/v1/tenants/${tenantId}`, { method: 'PATCH', body: { name: 'Other' } })
    const token = await tabToken(it.chapar, developer, { tenantId, mode: 'live' })
    expect((await it.call(`/v1/keys/${id}`, { token })).status).toBe(404)
    expect((await it.call(`/v1/keys/${id}`, { method: 'DELETE', token })).status).toBe(404)
  })
})
