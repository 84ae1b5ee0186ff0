import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '#worker/domain/people/roles.ts'
import { addMember, addPerson, type Signed, tabToken } from '../../worlds/players/signed-in-people.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'
import { until } from '../../worlds/world.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

/** Has the tenant's object read its members. */
const reload = (tenantId = it.tenantId) =>
  it.admin(`/admin/v1/tenants/${tenantId}`, { method: 'PATCH', body: { name: 'Test' } })
async function join(role: Role, tenantId = it.tenantId): Promise<Signed> {
  const person = await addPerson(it.chapar)
  await addMember(it.chapar, person, tenantId, role)
  await reload(tenantId)
  return person
}
const tokenOf = (person: Signed, tenantId = it.tenantId) => tabToken(it.chapar, person, { tenantId, mode: 'test' })
async function change(by: Signed, member: Signed, role: Role | null, tenantId = it.tenantId): Promise<string> {
  const sent = role === null ? { method: 'DELETE' } : { method: 'PATCH', body: { role } }
  const seen = await it.call(`/v1/members/${member.id}`, { token: await tokenOf(by, tenantId), ...sent })
  return seen.status < 300 ? 'done' : seen.json.code
}
const rolesOf = async (tenantId = it.tenantId) => {
  const sql = 'SELECT person_id AS id, role FROM memberships WHERE tenant_id = ?1'
  const { results } = await it.chapar.control.prepare(sql).bind(tenantId).all<{ id: string; role: string }>()
  return new Map(results.map(({ id, role }) => [id, role]))
}
async function keyOf(person: Signed, scopes: readonly string[]): Promise<string> {
  const body = { name: 'Key', mode: 'test', scopes }
  const seen = await it.call('/v1/keys', { token: await tokenOf(person), body })
  expect(seen.status, seen.text).toBe(201)
  return String(seen.json['key'])
}
const codeOf = async (path: string, token: string, body?: unknown) => {
  const { status, json } = await it.call(path, { token, body })
  return status < 400 ? 'good' : json.code
}

describe('roles', () => {
  test('nobody raises himself, and an admin touches no owner', async () => {
    const [owner, admin, developer] = [await join('owner'), await join('admin'), await join('developer')]
    for (const [by, member, role, code] of [
      [admin, admin, 'owner', 'forbidden'],
      [admin, developer, 'owner', 'forbidden'],
      [admin, owner, 'viewer', 'forbidden'],
      [admin, owner, null, 'forbidden'],
      [developer, developer, 'admin', 'forbidden'],
      [developer, admin, null, 'forbidden'],
      [admin, developer, 'admin', 'done'],
      [admin, admin, 'viewer', 'done'],
      [owner, developer, 'owner', 'done'],
      [owner, owner, 'admin', 'done'],
    ] as const)
      expect([role, await change(by, member, role)], `${role}`).toEqual([role, code])
    const roles = await rolesOf()
    expect([owner, admin, developer].map(({ id }) => roles.get(id))).toEqual(['admin', 'viewer', 'owner'])
  })

  test('a lowered admin does nothing by what isolates remember of him', async () => {
    const [owner, admin, viewer] = [await join('owner'), await join('admin'), await join('viewer')]
    expect(await codeOf('/v1/members', await tokenOf(admin))).toBe('good')
    expect(await change(owner, admin, 'sender')).toBe('done')
    // The isolate may know him as an admin for five seconds yet; the statement does not.
    expect(await change(admin, viewer, 'admin')).toBe('forbidden')
    expect((await rolesOf()).get(viewer.id)).toBe('viewer')
  })

  test('the list is that of the account, for who may see it', async () => {
    const [admin, sender] = [await join('admin'), await join('sender')]
    const { json } = await it.call('/v1/members', { token: await tokenOf(admin) })
    expect(json.data).toContainEqual(expect.objectContaining({ id: sender.id, role: 'sender', identityLevel: 'L2' }))
    expect(await codeOf('/v1/members', await tokenOf(sender))).toBe('forbidden')
    const { tenantId } = await it.other('10008181')
    const stranger = await join('owner', tenantId)
    expect(await change(stranger, sender, 'viewer', tenantId)).toBe('not-found')
    expect(await change(stranger, sender, null, tenantId)).toBe('not-found')
    expect(await codeOf('/v1/members', it.token)).toBe('good')
    expect((await it.call(`/v1/members/${sender.id}`, { method: 'DELETE', token: it.token })).json.code).toBe(
      'forbidden',
    )
  })
})

describe('the last owner', () => {
  test('stays, whoever lowers or removes him, also where two do it to each other at once', async () => {
    const { tenantId } = await it.other('10008282')
    const [one, two] = [await join('owner', tenantId), await join('owner', tenantId)]
    const race = await Promise.all([change(one, two, null, tenantId), change(two, one, 'viewer', tenantId)])
    expect(race.filter((code) => code === 'done').length).toBe(1)
    const left = [...(await rolesOf(tenantId))].filter(([, role]) => role === 'owner')
    expect(left.length).toBe(1)
    const last = [one, two].find(({ id }) => id === left[0]?.[0]) as Signed
    expect(await change(last, last, 'admin', tenantId)).toBe('last-owner')
    expect(await change(last, last, null, tenantId)).toBe('last-owner')
    const closed = await join('owner', tenantId)
    await it.chapar.control.prepare(`UPDATE people SET status = 'closed' WHERE id = ?1`).bind(closed.id).run()
    expect(await change(last, last, null, tenantId)).toBe('last-owner')
  })
})

describe('keys of a member', () => {
  test('do no more than his role does, as soon as it is lowered, and no more again than he does now', async () => {
    const [owner, developer] = [await join('owner'), await join('developer')]
    const key = await keyOf(developer, ['messages:read', 'webhooks:read'])
    expect(await codeOf('/v1/webhooks', key)).toBe('good')
    expect(await change(owner, developer, 'viewer')).toBe('done')
    await until('it reads no webhooks', async () => (await codeOf('/v1/webhooks', key)) === 'forbidden')
    expect(await codeOf('/v1/messages', key)).toBe('good')
    const body = { name: 'Key', mode: 'test', scopes: ['messages:read'] }
    expect(await codeOf('/v1/keys', await tokenOf(developer), body)).toBe('forbidden')
  })

  test('end with his membership, with his tabs, and do not come back with him', async () => {
    const [owner, developer] = [await join('owner'), await join('developer')]
    const key = await keyOf(developer, ['messages:read'])
    const tab = await tokenOf(developer)
    expect([await codeOf('/v1/messages', key), await codeOf('/v1/messages', tab)]).toEqual(['good', 'good'])
    expect(await change(owner, developer, null)).toBe('done')
    for (const token of [key, tab])
      await until('it is refused', async () => (await codeOf('/v1/messages', token)) === 'token-revoked')
    await addMember(it.chapar, developer, it.tenantId, 'owner')
    await reload()
    await until('his tab is good again', async () => (await codeOf('/v1/messages', tab)) === 'good')
    expect(await codeOf('/v1/messages', key)).toBe('token-revoked')
  })
})
