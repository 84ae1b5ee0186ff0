import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE } from '#worker/domain/time.ts'
import { newAuthenticator } from '../../worlds/players/authenticator.ts'
import { addPasskey, bodyOf, passkeyOwner, refusalOf, signInBy } from '../../worlds/players/passkey-world.ts'
import { browserOf, type SignedInPerson, signedInPerson } from '../../worlds/players/person-world.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { type CallInit, caller, until } from '../../worlds/world.ts'

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications({ tenant: { codes: { brand: 'Chapar' } } })
  const signUp = { open: false, tenantId: it.world.tenantId, mode: 'live' }
  expect((await admin('/admin/v1/licensee', { method: 'PATCH', body: { signUp } }, true)).status).toBe(200)
})
afterAll(() => it.world.dispose())

/** Calls as an operator: a program, or one that breaks the glass. */
const admin = async (path: string, init: CallInit, breaksGlass = false) => {
  const { chapar } = it.world
  const token = await chapar.operatorToken('tester', breaksGlass ? { breakGlass: 'a test of lost access' } : {})
  return caller(chapar, token)(path, init)
}

let count = 0
/** A mobile of its own, and an address of a network of its own, so that nobody uses up another's pace. */
const fresh = () => {
  count++
  const digits = String(1_000_000 + count).slice(1)
  return { mobile: `+989381${digits}`, ip: `198.51.${count}.7` }
}

type Browse = SignedInPerson['browse']
const post = (browse: Browse, path: string, body: object, ip: string) =>
  browse(path, { body, headers: { 'cf-connecting-ip': ip } })
const stepOf = async (answer: Response): Promise<string> =>
  (await bodyOf<{ readonly ceremony: string }>(answer, 202)).ceremony

const person = async (options: Parameters<typeof signedInPerson>[1] = {}) => {
  const { mobile, ip } = fresh()
  return { ...(await signedInPerson(it.world.chapar, { mobile, ...options })), ip, mobile }
}
const mobileOf = async (browse: Browse) => (await bodyOf(await browse('/v1/auth/me')))['mobile']

/** Goes through a change of number up to the last code. */
async function upToNew(of: Awaited<ReturnType<typeof person>>, after: string) {
  const first = await stepOf(await post(of.browse, '/v1/auth/mobile', { mobile: after }, of.ip))
  const code = await it.codeTo(of.mobile)
  const second = await stepOf(await post(of.browse, '/v1/auth/mobile/old', { ceremony: first, code }, of.ip))
  return { first, code, second, newCode: await it.codeTo(after) }
}

describe('a change of number', () => {
  test('takes level 2 from the accounts that he owns, too', async () => {
    const path = `/admin/v1/tenants/${it.world.tenantId}`
    const levelled = async (change: object) =>
      (await bodyOf(await admin(path, { method: 'PATCH', body: change })))['identityLevel']
    const one = await person({ level: 2, roles: { [it.world.tenantId]: 'owner' } })
    expect(await levelled({ identityLevel: 'L2' })).toBe('L2')
    const { mobile: after } = fresh()
    const { second, newCode } = await upToNew(one, after)
    await bodyOf(await post(one.browse, '/v1/auth/mobile/new', { ceremony: second, code: newCode }, one.ip))
    expect((await bodyOf(await admin(path, {})))['identityLevel']).toBe('L1')
    expect(await levelled({ identityLevel: null })).toBeNull()
  })

  test('wants a code to the old one and a code to the new one, and ends all other sign-ins', async () => {
    const one = await person({ level: 2 })
    const { mobile: after } = fresh()
    const { second, newCode } = await upToNew(one, after)
    expect(await mobileOf(one.browse)).toBe(one.mobile)
    const changed = await post(one.browse, '/v1/auth/mobile/new', { ceremony: second, code: newCode }, one.ip)
    expect(await bodyOf(changed)).toEqual({ mobile: after })
    expect(await bodyOf(await one.browse('/v1/auth/me'))).toMatchObject({ mobile: after, level: 'L1' })
    const again = browserOf(it.world.chapar)
    const step = await stepOf(await post(again.browse, '/v1/auth/sign-in/code', { mobile: after }, fresh().ip))
    const code = await it.codeTo(after, 1)
    expect((await post(again.browse, '/v1/auth/sign-in/check', { ceremony: step, code }, one.ip)).status).toBe(200)
    expect(await bodyOf(await again.browse('/v1/auth/me'))).toMatchObject({ id: one.id })
  })

  test('is none without the old number: neither by the new one’s code alone, nor by the old one’s twice', async () => {
    const one = await person()
    const { mobile: after } = fresh()
    const { first, code, second, newCode } = await upToNew(one, after)
    const wrong = await post(one.browse, '/v1/auth/mobile/new', { ceremony: first, code }, one.ip)
    expect(await refusalOf(wrong)).toEqual([422, 'verification-over', 'expired'])
    const old = await post(one.browse, '/v1/auth/mobile/new', { ceremony: second, code: it.wrong(newCode) }, one.ip)
    expect(await refusalOf(old)).toEqual([422, 'invalid-fields'])
    expect(await mobileOf(one.browse)).toBe(one.mobile)
  })

  test('is none by another sign-in’s codes, and none to a number that somebody has', async () => {
    const one = await person()
    const other = await person()
    const { second, newCode } = await upToNew(one, fresh().mobile)
    const stolen = await post(other.browse, '/v1/auth/mobile/new', { ceremony: second, code: newCode }, other.ip)
    expect(await refusalOf(stolen)).toEqual([409, 'conflict'])
    expect([await mobileOf(one.browse), await mobileOf(other.browse)]).toEqual([one.mobile, other.mobile])
    const third = await person()
    const taken = await upToNew(third, other.mobile)
    const sent = { ceremony: taken.second, code: taken.newCode }
    expect(await refusalOf(await post(third.browse, '/v1/auth/mobile/new', sent, third.ip))).toEqual([409, 'conflict'])
    expect(await mobileOf(other.browse)).toBe(other.mobile)
  })

  test('is asked for by who has just proved himself alone', async () => {
    const one = await person({ steppedUpAt: Date.now() - 11 * MINUTE })
    const answer = await post(one.browse, '/v1/auth/mobile', { mobile: fresh().mobile }, one.ip)
    expect(await refusalOf(answer)).toEqual([403, 'step-up-required'])
  })
})

describe('a SIM swap where a passkey exists', () => {
  test('gives no code to sign in by, and the answer is that of a number that nobody has', async () => {
    const { mobile, ip } = fresh()
    const { authenticator, person: owner } = await passkeyOwner(it.world.chapar, { mobile })
    const thief = browserOf(it.world.chapar)
    const known = await bodyOf(await post(thief.browse, '/v1/auth/sign-in/code', { mobile }, ip), 202)
    const nobody = fresh()
    const sent = await post(thief.browse, '/v1/auth/sign-in/code', { mobile: nobody.mobile }, nobody.ip)
    expect(Object.keys(known).sort()).toEqual(Object.keys(await bodyOf(sent, 202)).sort())
    const ofBoth = { ...known, ceremony: '', expiresAt: '', resendAt: '' }
    expect(ofBoth).toMatchObject({ channel: 'sms', checksLeft: 5 })
    // The code of a third one arrives, so that theirs would have, too.
    const plain = await person()
    await stepOf(
      await post(browserOf(it.world.chapar).browse, '/v1/auth/sign-in/code', { mobile: plain.mobile }, plain.ip),
    )
    await it.codeTo(plain.mobile)
    expect([it.textsTo(mobile), it.textsTo(nobody.mobile)]).toEqual([[], []])
    expect((await signInBy(it.world.chapar, authenticator)).answer.status).toBe(204)
    expect((await owner.browse('/v1/auth/me')).status).toBe(200)
  })

  test('opens nothing by a code that was on its way when the passkey was added', async () => {
    const { mobile, ip } = fresh()
    const owner = await signedInPerson(it.world.chapar, { mobile })
    const thief = browserOf(it.world.chapar)
    const ceremony = await stepOf(await post(thief.browse, '/v1/auth/sign-in/code', { mobile }, ip))
    const code = await it.codeTo(mobile)
    await addPasskey(owner.browse, newAuthenticator(it.world.chapar.baseUrl))
    const answer = await post(thief.browse, '/v1/auth/sign-in/check', { ceremony, code }, ip)
    expect(await refusalOf(answer)).toEqual([403, 'forbidden'])
    expect((await thief.browse('/v1/auth/me')).status).toBe(401)
  })

  test('steps up by no code', async () => {
    const { mobile, ip } = fresh()
    const { person: owner } = await passkeyOwner(it.world.chapar, { mobile })
    const answer = await owner.browse('/v1/auth/step-up/code', { method: 'POST', headers: { 'cf-connecting-ip': ip } })
    expect(await refusalOf(answer)).toEqual([403, 'forbidden'])
  })
})

describe('who has lost passkey and number', () => {
  const WORDS = { name: 'Zw7lostName8Pk', words: 'Zw8lostWords9Jd' }

  /** Puts a request before the operators; its id. */
  async function claimed(lost: string): Promise<{ readonly id: string; readonly after: string }> {
    const { mobile: after, ip } = fresh()
    const { browse } = browserOf(it.world.chapar)
    const asked = { mobile: lost, newMobile: after, ...WORDS }
    const ceremony = await stepOf(await post(browse, '/v1/auth/lost-access', asked, ip))
    const code = await it.codeTo(after)
    const answer = await post(browse, '/v1/auth/lost-access/check', { ceremony, code }, ip)
    return { id: (await bodyOf<{ readonly id: string }>(answer, 202)).id, after }
  }
  const decide = (id: string, how: 'grant' | 'refuse') =>
    admin(`/admin/v1/lost-access/${id}/${how}`, { method: 'POST' }, true)

  /** Owner of a passkey who was last seen in the account an hour ago. */
  async function owner(options: Parameters<typeof signedInPerson>[1] = {}) {
    const { mobile } = fresh()
    const made = await passkeyOwner(it.world.chapar, { mobile, level: 2, ...options })
    const past = Date.now() - 60 * MINUTE
    await it.world.chapar.control
      .prepare('UPDATE sign_ins SET seen_at = ?1, created_at = ?1 WHERE person_id = ?2')
      .bind(past, made.person.id)
      .run()
    return { ...made, mobile }
  }

  test('is seen by operators, and gets the account by the new number once they grant it', async () => {
    const { person: one, authenticator, mobile } = await owner()
    const { id, after } = await claimed(mobile)
    const listed = await bodyOf<{ readonly data: readonly object[] }>(await admin('/admin/v1/lost-access', {}, true))
    expect(listed.data[0]).toMatchObject({ id, personId: one.id, mobile, newMobile: after, ...WORDS, decision: null })
    expect(await bodyOf(await decide(id, 'grant'))).toMatchObject({ id, decision: 'granted' })
    expect((await one.browse('/v1/auth/me')).status).toBe(401)
    expect(await refusalOf((await signInBy(it.world.chapar, authenticator)).answer)).toEqual([
      422,
      'passkey-refused',
      'unknown-passkey',
    ])
    const { browse } = browserOf(it.world.chapar)
    const ceremony = await stepOf(await post(browse, '/v1/auth/sign-in/code', { mobile: after }, fresh().ip))
    const code = await it.codeTo(after, 1)
    expect((await post(browse, '/v1/auth/sign-in/check', { ceremony, code }, fresh().ip)).status).toBe(200)
    expect(await bodyOf(await browse('/v1/auth/me'))).toMatchObject({ id: one.id, mobile: after, level: 'L1' })
    expect((await decide(id, 'grant')).status).toBe(409)
    const row = await until('the grant is in the log of calls', async () => {
      const answer = await admin(`/admin/v1/requests?object=${id}&reason=look`, {})
      const { data } = await bodyOf<{ readonly data: readonly Record<string, unknown>[] }>(answer)
      return data.find(({ status, after: state }) => status === 200 && state !== null)
    })
    expect(row).toMatchObject({
      before: { personId: one.id, decision: null },
      after: { personId: one.id, decision: 'granted' },
    })
  })

  test('is nobody who was seen in the account since, and no operator', async () => {
    const { authenticator, mobile } = await owner()
    const { id } = await claimed(mobile)
    expect((await signInBy(it.world.chapar, authenticator)).answer.status).toBe(204)
    expect(await refusalOf(await decide(id, 'grant'))).toEqual([409, 'conflict'])
    expect(await bodyOf(await decide(id, 'refuse'))).toMatchObject({ id, decision: 'refused' })
    const staff = await owner({ operatorRole: 'support' })
    expect(await refusalOf(await decide((await claimed(staff.mobile)).id, 'grant'))).toEqual([409, 'conflict'])
  })

  test('is told the same of a number that nobody has, which operators cannot grant', async () => {
    const { id } = await claimed(fresh().mobile)
    const { data } = await bodyOf<{ readonly data: readonly object[] }>(
      await admin('/admin/v1/lost-access?limit=1', {}, true),
    )
    expect(data[0]).toMatchObject({ id, personId: null })
    expect(await refusalOf(await decide(id, 'grant'))).toEqual([409, 'conflict'])
  })

  test('is granted by no program', async () => {
    const { id } = await claimed(fresh().mobile)
    const answer = await admin(`/admin/v1/lost-access/${id}/grant`, { method: 'POST' })
    expect(await refusalOf(answer)).toEqual([403, 'forbidden'])
  })
})
