import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserOf, signedInPerson } from '../../worlds/players/person-world.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { caller } from '../../worlds/world.ts'

let it: VerificationWorld
let invite: (to: string) => Promise<{ readonly id: string; readonly token: string; cancel(): Promise<Response> }>
beforeAll(async () => {
  it = await startVerifications({ tenant: { codes: { brand: 'Chapar' } } })
  const { chapar, tenantId } = it.world
  // Nobody signs up by himself: an invitation is the one way in.
  await admin('/admin/v1/licensee', 'PATCH', { signUp: { open: false, tenantId, mode: 'live' } })
  const owner = await signedInPerson(chapar, { roles: { [tenantId]: 'owner' } })
  await admin(`/admin/v1/tenants/${tenantId}`, 'PATCH', { name: 'Test' })
  const call = caller(chapar, await owner.tab(tenantId))
  invite = async (to) => {
    const answer = await call('/v1/invitations', { body: { to, role: 'developer' } })
    const { id, token } = await body(answer)
    expect(answer.status).toBe(201)
    return { id, token, cancel: () => call(`/v1/invitations/${id}`, { method: 'DELETE' }) }
  }
})
afterAll(() => it.world.dispose())

const body = async (answer: Response) => JSON.parse((await answer.text()) || 'null')
const refusal = async (answer: Response) => [answer.status, (await body(answer))?.code]
const admin = async (path: string, method: string, sent: object) =>
  caller(it.world.chapar, await it.world.chapar.operatorToken())(path, { method, body: sent })

let count = 0
/** A mobile and a network of its own a person. */
const fresh = () => {
  count++
  return { mobile: `+98936200${String(1_000 + count)}`, headers: { 'cf-connecting-ip': `203.0.${count}.9` } }
}
const NAME = 'Zw5invitedName6Kd'
const tenants = () => it.world.chapar.control.prepare('SELECT count(*) AS n FROM tenants').first<number>('n')
const people = () => it.world.chapar.control.prepare('SELECT count(*) AS n FROM people').first<number>('n')

function ask({ browse }: ReturnType<typeof browserOf>, sent: object, headers: Readonly<Record<string, string>>) {
  return browse('/v1/auth/sign-up', { body: { name: NAME, ...sent }, headers })
}

describe('who was invited and is not known yet', () => {
  test('signs up as a person alone, also where nobody else may, and accepts: no account is made', async () => {
    const { mobile, headers } = fresh()
    const [{ token }, before] = [await invite(mobile), await tenants()]
    const own = browserOf(it.world.chapar)
    const asked = await ask(own, { mobile, invitation: token }, headers)
    expect(asked.status).toBe(202)
    const { ceremony } = await body(asked)
    const checked = await own.browse('/v1/auth/sign-up/check', {
      body: { ceremony, code: await it.codeTo(mobile) },
    })
    expect(checked.status).toBe(200)
    const made = await body(checked)
    expect(made).toEqual({ id: expect.stringMatching(/^per_/), tenant: null })
    expect(await body(await own.browse('/v1/auth/me'))).toMatchObject({
      ...{ id: made.id, name: NAME, mobile, email: null, level: 'L1', tenants: [] },
    })
    const accepted = await own.browse('/v1/auth/invitations/accept', { body: { token } })
    expect(await body(accepted)).toEqual({ tenantId: it.world.tenantId, role: 'developer' })
    const me = await body(await own.browse('/v1/auth/me'))
    expect(me.tenants).toMatchObject([{ id: it.world.tenantId, role: 'developer' }])
    expect(await tenants()).toBe(before)
  })

  test('by another number than the invited one gets the same answer, and no code goes there', async () => {
    const [right, wrong] = [fresh(), fresh()]
    const { token } = await invite(right.mobile)
    const other = await ask(browserOf(it.world.chapar), { mobile: wrong.mobile, invitation: token }, wrong.headers)
    const his = await ask(browserOf(it.world.chapar), { mobile: right.mobile, invitation: token }, right.headers)
    expect([other.status, Object.keys(await body(other))]).toEqual([his.status, Object.keys(await body(his))])
    await it.codeTo(right.mobile)
    expect(it.textsTo(wrong.mobile)).toEqual([])
  })

  test('with an account already is told so, as at any sign-up', async () => {
    const { mobile, headers } = fresh()
    await signedInPerson(it.world.chapar, { mobile })
    const { token } = await invite(mobile)
    expect((await ask(browserOf(it.world.chapar), { mobile, invitation: token }, headers)).status).toBe(202)
    await expect.poll(() => it.textsTo(mobile)[0]).toMatch(/حساب دارید/)
    expect(it.textsTo(mobile)[0]).not.toMatch(/\d{6}/)
  })

  test('by an invitation that is none, or none any more, is refused, before the code and after it', async () => {
    const { mobile, headers } = fresh()
    const { token, cancel } = await invite(mobile)
    const own = browserOf(it.world.chapar)
    const unknown = { mobile, invitation: `${token.slice(1)}A` }
    expect(await refusal(await ask(own, unknown, headers))).toEqual([404, 'not-found'])
    const { ceremony } = await body(await ask(own, { mobile, invitation: token }, headers))
    const code = await it.codeTo(mobile)
    expect((await cancel()).status).toBe(200)
    const before = await people()
    const checked = await own.browse('/v1/auth/sign-up/check', { body: { ceremony, code } })
    expect(await refusal(checked)).toEqual([409, 'conflict'])
    expect(await people()).toBe(before)
    expect(await refusal(await ask(own, { mobile, invitation: token }, headers))).toEqual([409, 'conflict'])
  })

  test.each([
    [{ invitation: 'x'.repeat(43), tenantName: 'Shop' }, ['/tenantName']],
    [{ invitation: 'x'.repeat(43), email: 'a@b.example', tenantName: 'Shop' }, ['/email', '/tenantName']],
    [{ tenantName: 'Shop' }, ['/email']],
    [{}, ['/email', '/tenantName']],
  ])('says either an invitation or an account of his own: %o', async (sent, pointers) => {
    const { mobile, headers } = fresh()
    const answer = await ask(browserOf(it.world.chapar), { mobile, ...sent }, headers)
    const { errors } = await body(answer)
    expect([answer.status, errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([422, pointers])
  })
})
