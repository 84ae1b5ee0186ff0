import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperatorRole, Role } from '#worker/domain/people/roles.ts'
import { type SignedInPerson, secondBrowser, signedInPerson } from '../../worlds/players/person-world.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'
import { caller } from '../../worlds/world.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface()
  // Its change has the tenant's object read the members.
  await it.personToken()
})
afterAll(() => it.dispose())

async function member(role: Role): Promise<SignedInPerson> {
  const person = await signedInPerson(it.chapar, { roles: { [it.tenantId]: role } })
  await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: 'Test' } })
  return person
}
const stranger = (more: object = {}) => signedInPerson(it.chapar, { roles: {}, ...more })

async function invite(by: SignedInPerson | null, to: string, role: Role) {
  const token = by ? await by.tab(it.tenantId) : await it.personToken()
  return it.call('/v1/invitations', { token, body: { to, role } })
}
async function invited(to: string, role: Role = 'viewer', by: SignedInPerson | null = null) {
  const seen = await invite(by, to, role)
  expect(seen.status, seen.text).toBe(201)
  return { id: seen.json.id, token: String(seen.json['token']), link: String(seen.json['link']) }
}
async function accepted(person: SignedInPerson, token: string) {
  const answer = await person.browse('/v1/auth/invitations/accept', { body: { token } })
  const json = (await answer.json()) as Record<string, string | null>
  return answer.status < 300 ? json : (json['code'] ?? '')
}
const inTest = { mode: 'test' } as const

describe('an invitation', () => {
  test('makes a member of whoever has the number, in its role, and is used then', async () => {
    {
      const person = await stranger()
      const { id, token, link } = await invited(String(person.mobile), 'developer')
      expect(link).toBe(`${it.chapar.baseUrl}/#invitation=${token}`)
      expect(await accepted(person, token)).toEqual({ tenantId: it.tenantId, role: 'developer' })
      const call = await person.calling(it.tenantId, inTest.mode)
      expect((await call('/v1/webhooks')).status).toBe(200)
      expect(await accepted(person, token)).toBe('conflict')
      const { json } = await it.call('/v1/invitations', { token: await it.personToken() })
      expect(json.data.find((one) => one.id === id)).toMatchObject({ status: 'accepted', acceptedBy: person.id })
      expect(JSON.stringify(json)).not.toContain(token)
    }
  })

  test('is for nobody else, and is there still for whom it is', async () => {
    const [person, thief] = [await stranger(), await stranger()]
    const { token } = await invited(String(person.mobile))
    expect(await accepted(thief, token)).toBe('forbidden')
    expect(await accepted(thief, `${token.slice(1)}A`)).toBe('not-found')
    expect(await accepted(person, token)).toMatchObject({ role: 'viewer' })
  })

  test('is taken once, also by two at once', async () => {
    const person = await stranger()
    const { token } = await invited(String(person.mobile))
    const race = await Promise.all([accepted(person, token), accepted(person, token)])
    expect(race.filter((one) => one === 'conflict').length).toBe(1)
    const sql = 'SELECT count(*) AS n FROM memberships WHERE person_id = ?1'
    expect(await it.chapar.control.prepare(sql).bind(person.id).first('n')).toBe(1)
  })

  test('is over after its time, and once it is canceled', async () => {
    const person = await stranger()
    const [late, canceled] = [await invited(String(person.mobile)), await invited(String(person.mobile))]
    await it.chapar.control.prepare('UPDATE invitations SET expires_at = 1 WHERE id = ?1').bind(late.id).run()
    const path = `/v1/invitations/${canceled.id}`
    expect((await it.call(path, { method: 'DELETE', token: await it.personToken() })).json.status).toBe('canceled')
    expect((await it.call(path, { method: 'DELETE', token: await it.personToken() })).status).toBe(404)
    for (const { token } of [late, canceled]) expect(await accepted(person, token)).toBe('conflict')
  })

  test('is to no role above that of who invites, then and when it is accepted', async () => {
    const [owner, admin, person] = [await member('owner'), await member('admin'), await stranger()]
    expect((await invite(admin, String(person.mobile), 'owner')).json.code).toBe('forbidden')
    expect((await invite(await member('developer'), String(person.mobile), 'viewer')).json.code).toBe('forbidden')
    const { token } = await invited(String(person.mobile), 'admin', admin)
    const lowered = { method: 'PATCH', token: await owner.tab(it.tenantId), body: { role: 'viewer' } }
    expect((await it.call(`/v1/members/${admin.id}`, lowered)).status).toBe(200)
    expect(await accepted(person, token)).toBe('conflict')
    const own = await invited(String(person.mobile), 'owner', owner)
    expect(await accepted(person, own.token)).toMatchObject({ role: 'owner' })
  })

  test('to who is removed is canceled with him, and those to others are not', async () => {
    const [person, other] = [await stranger(), await stranger()]
    const [first, second] = [await invited(String(person.mobile)), await invited(String(person.mobile), 'admin')]
    const others = await invited(String(other.mobile))
    expect(await accepted(person, first.token)).toMatchObject({ role: 'viewer' })
    const removal = { method: 'DELETE', token: await it.personToken() }
    expect((await it.call(`/v1/members/${person.id}`, removal)).status).toBe(204)
    expect(await accepted(person, second.token)).toBe('conflict')
    expect(await accepted(other, others.token)).toMatchObject({ role: 'viewer' })
  })

  test('that ended long ago is deleted with the next, and so are canceled ones beyond a hundred', async () => {
    const count = (where: string) =>
      it.chapar.control.prepare(`SELECT count(*) FROM invitations WHERE tenant_id = ?1 AND ${where}`)
    const n = (where: string) => count(where).bind(it.tenantId).first<number>('count(*)')
    const { id } = await invited('+989121110000')
    await it.chapar.control.prepare('UPDATE invitations SET expires_at = 2 WHERE id = ?1').bind(id).run()
    await it.chapar.control
      .prepare(
        `INSERT INTO invitations (id, tenant_id, role, token_hash, to_key, sealed, created_at, expires_at, canceled_at)
SELECT 'inv_0' || value, ?1, 'viewer', 't' || value, 'k', s.sealed, 1, ?2, 2
FROM json_each(?3), (SELECT sealed FROM invitations WHERE id = ?4) s`,
      )
      .bind(it.tenantId, Date.now() + 1e9, JSON.stringify(Array.from({ length: 300 }, (_, i) => 1_000 + i)), id)
      .run()
    await invited('+989121110001')
    expect([await n('canceled_at IS NOT NULL'), await n('expires_at = 2')]).toEqual([100, 0])
  })

  test('raises no member: he keeps his role', async () => {
    const viewer = await member('viewer')
    const { token } = await invited(String(viewer.mobile), 'admin')
    await accepted(viewer, token)
    const sql = 'SELECT role FROM memberships WHERE person_id = ?1 AND tenant_id = ?2'
    expect(await it.chapar.control.prepare(sql).bind(viewer.id, it.tenantId).first('role')).toBe('viewer')
  })

  test('names a number, and no e-mail address: nobody has proven that one is his', async () => {
    for (const to of ['nobody', 'a@b', '12', 'ali@example.com'])
      expect((await invite(null, to, 'viewer')).json.errors?.map(({ pointer }) => pointer)).toEqual(['/to'])
  })
})

describe('the licensee’s people', () => {
  const asStaff = async (role: OperatorRole) => {
    const person = await stranger({ operatorRole: role })
    return { person, call: caller(it.chapar, await person.tab()) }
  }
  /** A program does it that breaks the glass: of people it takes two (test/routes/admin). */
  const invitedByProgram = async (to: string, role: OperatorRole) => {
    const { token } = await it.admin('/admin/v1/invitations', { body: { to, role } })
    return String(token)
  }

  test('are invited by owners alone, two of them, and have level 2', async () => {
    const [known, unknown] = [await stranger({ level: 2 }), await stranger({ level: 1 })]
    const body = { to: known.mobile, role: 'support' }
    for (const [role, code] of [
      ['operator', 'forbidden'],
      ['support', 'forbidden'],
      ['finance', 'forbidden'],
      ['auditor', 'forbidden'],
      ['owner', 'approval-required'],
    ] as const) {
      const answer = await (await asStaff(role)).call('/admin/v1/invitations', { body })
      expect([role, ((await answer.json()) as { code: string }).code]).toEqual([role, code])
    }
    expect(await accepted(known, await invitedByProgram(String(known.mobile), 'support'))).toEqual({
      tenantId: null,
      role: 'support',
    })
    const call = caller(it.chapar, await known.tab())
    expect((await call('/admin/v1/tenants')).status).toBe(200)
    expect((await call('/admin/v1/staff')).status).toBe(403)
    expect(await accepted(unknown, await invitedByProgram(String(unknown.mobile), 'support'))).toBe('forbidden')
  })

  test('accept in a sign-in by a passkey, and nobody waits for the role in another one', async () => {
    const byCode = await stranger({ level: 2, method: 'code' })
    const token = await invitedByProgram(String(byCode.mobile), 'operator')
    expect(await accepted(byCode, token)).toBe('forbidden')
    const known = await stranger({ level: 2 })
    const other = await secondBrowser(it.chapar, known, 'code')
    expect((await other.browse('/v1/auth/me')).status).toBe(200)
    expect(await accepted(known, await invitedByProgram(String(known.mobile), 'operator'))).toMatchObject({
      tenantId: null,
    })
    expect((await other.browse('/v1/auth/me')).status).toBe(401)
    expect((await known.browse('/v1/auth/me')).status).toBe(200)
  })

  test('lose their role at once, but the last owner does not', async () => {
    await it.chapar.control.prepare('UPDATE people SET operator_role = NULL').run()
    const [one, two, support] = [await asStaff('owner'), await asStaff('owner'), await asStaff('support')]
    const change = async ({ person }: typeof one, role: OperatorRole | null) => {
      const sent = { method: 'PATCH', token: it.operatorToken, body: { role } }
      const { status, json } = await it.call(`/admin/v1/staff/${person.id}`, sent)
      return status === 200 ? 'done' : json.code
    }
    const own = await support.call(`/admin/v1/staff/${support.person.id}`, { method: 'PATCH', body: { role: 'owner' } })
    expect(own.status).toBe(403)
    expect(await change(support, null)).toBe('done')
    expect((await support.call('/admin/v1/tenants')).status).toBe(401)
    expect(await change(support, 'support')).toBe('not-found')
    const race = await Promise.all([change(one, null), change(two, 'auditor')])
    expect(race.toSorted()).toEqual(['done', 'last-owner'])
    const left = race[0] === 'done' ? two : one
    expect(await change(left, 'operator')).toBe('last-owner')
    const { json } = await it.call('/admin/v1/staff', { token: it.operatorToken })
    expect(json.data.filter((who) => who['role'] === 'owner').map(({ id }) => id)).toEqual([left.person.id])
  })
})
