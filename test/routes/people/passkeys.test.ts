import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE } from '#worker/domain/time.ts'
import { type Deceit, newAuthenticator } from '../../worlds/players/authenticator.ts'
import {
  addPasskey,
  askToRegister,
  askToSignIn,
  askToStepUp,
  bodyOf,
  passkeyOwner,
  refusalOf,
  register,
  signIn,
  signInBy,
  stepUp,
} from '../../worlds/players/passkey-world.ts'
import { browserOf, cookieSet, signedInPerson } from '../../worlds/players/person-world.ts'
import { startWorld, until, type World } from '../../worlds/world.ts'

let it: World
beforeAll(async () => {
  it = await startWorld({ entry: 'test/worlds/entries/clock.ts' })
})
afterAll(() => it.dispose())

const refused = (reason: string) => [422, 'passkey-refused', reason]
const clock = (at: number) => it.chapar.fetch('/clock', { method: 'POST', body: String(at) })
const page = () => it.chapar.baseUrl

describe('a passkey is added', () => {
  test.each(['ES256', 'EdDSA', 'RS256'] as const)('of %s, signs in and steps up', async (algorithm) => {
    const { person, authenticator, passkey } = await passkeyOwner(it.chapar, {}, { algorithm, counts: true })
    const { answer, browse } = await signInBy(it.chapar, authenticator)
    expect(answer.status).toBe(204)
    expect(await bodyOf(await browse('/v1/auth/me'))).toMatchObject({ id: person.id, signIn: { method: 'passkey' } })
    const before = cookieSet(answer)
    const stepped = await stepUp(browse, authenticator.get(await askToStepUp(browse)))
    expect(stepped.status).toBe(204)
    expect(cookieSet(stepped)).not.toBe(before)
    expect(await bodyOf(await browse('/v1/auth/passkeys'))).toMatchObject({
      data: [
        { id: passkey, name: 'Zw3passkeyName4Qt', status: 'active', isSynced: false, lastUsedAt: expect.any(String) },
      ],
    })
  })

  test('with options that ask for one that knows its person, and not for a second one of the same device', async () => {
    const { person, authenticator } = await passkeyOwner(it.chapar)
    expect(await askToRegister(person.browse)).toMatchObject({
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      rp: { id: 'chapar.test' },
      user: { id: Buffer.from(person.id).toString('base64url'), name: person.email, displayName: person.name },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ type: 'public-key', id: authenticator.id, transports: ['internal'] }],
    })
  })

  test('only by who has just proved himself, and at most twenty', async () => {
    const stale = await signedInPerson(it.chapar, { steppedUpAt: Date.now() - 11 * MINUTE })
    const asked = await stale.browse('/v1/auth/passkeys/registration/options', { method: 'POST' })
    expect(await refusalOf(asked)).toEqual([403, 'step-up-required'])
    const { person } = await passkeyOwner(it.chapar)
    // Nineteen others, as rows of a person who went through all devices that there are.
    await it.chapar.control
      .prepare(
        `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 19)
         INSERT INTO passkeys SELECT id || x, person_id, credential_id || x, public_key, counter, transports, is_synced,
           name, created_at, last_used_at, refused_at FROM passkeys, n WHERE person_id = ?`,
      )
      .bind(person.id)
      .run()
    const more = newAuthenticator(page()).create(await askToRegister(person.browse))
    expect(await refusalOf(await register(person.browse, more))).toEqual([409, 'conflict'])
  })

  test('once: neither to its person nor to another one a second time', async () => {
    const { person, authenticator } = await passkeyOwner(it.chapar)
    const other = await signedInPerson(it.chapar)
    for (const { browse } of [person, other])
      expect(await refusalOf(await register(browse, authenticator.create(await askToRegister(browse))))).toEqual([
        409,
        'conflict',
      ])
  })

  const deceits: readonly (readonly [string, Deceit, string])[] = [
    ['another origin', { origin: 'https://chapar.test.evil.example' }, 'wrong-origin'],
    ['another relying party', { rpId: 'evil.example' }, 'wrong-rp-id'],
    ['another kind of request', { type: 'webauthn.get' }, 'wrong-type'],
    ['nobody known', { isVerified: false }, 'user-not-verified'],
    ['nobody there', { isPresent: false }, 'user-not-present'],
    ['a challenge of its own', { challenge: 'x'.repeat(43) }, 'wrong-challenge'],
  ]
  test.each(deceits)('and not with %s', async (_, deceit, reason) => {
    const { browse } = await signedInPerson(it.chapar)
    const made = newAuthenticator(page()).create(await askToRegister(browse), deceit)
    expect(await refusalOf(await register(browse, made))).toEqual(refused(reason))
    expect(await bodyOf(await browse('/v1/auth/passkeys'))).toMatchObject({ data: [] })
  })

  test('and not by another sign-in’s challenge, not of the same person either, nor twice by one', async () => {
    const { browse } = await signedInPerson(it.chapar)
    const other = await signedInPerson(it.chapar)
    const theirs = newAuthenticator(page()).create(await askToRegister(other.browse))
    expect(await refusalOf(await register(browse, theirs))).toEqual(refused('wrong-challenge'))
    const { person, authenticator } = await passkeyOwner(it.chapar)
    const elsewhere = await signInBy(it.chapar, authenticator)
    const made = newAuthenticator(page()).create(await askToRegister(person.browse))
    expect(await refusalOf(await register(elsewhere.browse, made))).toEqual(refused('wrong-challenge'))
    const own = newAuthenticator(page()).create(await askToRegister(browse))
    expect((await register(browse, own)).status).toBe(201)
    expect(await refusalOf(await register(browse, own))).toEqual(refused('wrong-challenge'))
  })
})

describe('signing in by a passkey is refused', () => {
  test('to whoever repeats an answer, in the same browser and in another', async () => {
    const { authenticator } = await passkeyOwner(it.chapar)
    const { browse, jar } = browserOf(it.chapar)
    const signed = authenticator.get(await askToSignIn(browse))
    const { cookie } = jar
    expect((await signIn(browse, signed)).status).toBe(204)
    expect(await refusalOf(await signIn(browse, signed))).toEqual(refused('wrong-challenge'))
    const replay = browserOf(it.chapar, cookie)
    expect(await refusalOf(await signIn(replay.browse, signed))).toEqual(refused('wrong-challenge'))
    expect((await replay.browse('/v1/auth/me')).status).toBe(401)
  })

  test('in another browser than the one that asked, and that one may not answer for it afterwards', async () => {
    const { authenticator } = await passkeyOwner(it.chapar)
    const asking = browserOf(it.chapar)
    const signed = authenticator.get(await askToSignIn(asking.browse))
    const thief = browserOf(it.chapar)
    await askToSignIn(thief.browse)
    expect(await refusalOf(await signIn(thief.browse, signed))).toEqual(refused('wrong-challenge'))
    expect(await refusalOf(await signIn(browserOf(it.chapar).browse, signed))).toEqual(refused('wrong-challenge'))
    expect(await refusalOf(await signIn(asking.browse, signed))).toEqual(refused('wrong-challenge'))
  })

  const deceits: readonly (readonly [string, Deceit, string])[] = [
    ['on a page of another origin', { origin: 'https://chapar-test.example' }, 'wrong-origin'],
    ['on this host without TLS', { origin: 'http://chapar.test' }, 'wrong-origin'],
    ['in a frame of another’s page', { crossOrigin: true }, 'wrong-origin'],
    ['of another relying party', { rpId: 'test' }, 'wrong-rp-id'],
    ['without a PIN or a fingerprint', { isVerified: false }, 'user-not-verified'],
    ['of another person, as the authenticator says', { userHandle: 'cGVyX3h4' }, 'wrong-person'],
  ]
  test.each(deceits)('%s', async (_, deceit, reason) => {
    const { authenticator } = await passkeyOwner(it.chapar)
    const { answer, browse } = await signInBy(it.chapar, authenticator, deceit)
    expect(await refusalOf(answer)).toEqual(refused(reason))
    expect((await browse('/v1/auth/me')).status).toBe(401)
  })

  test('of an unknown credential, and of one by another’s secret', async () => {
    const { authenticator } = await passkeyOwner(it.chapar)
    const stranger = newAuthenticator(page())
    expect(await refusalOf((await signInBy(it.chapar, stranger)).answer)).toEqual(refused('unknown-passkey'))
    const { browse } = browserOf(it.chapar)
    const forged = { ...stranger.get(await askToSignIn(browse)), id: authenticator.id }
    const response = { ...forged.response, userHandle: null }
    expect(
      await refusalOf(await browse('/v1/auth/sign-in/passkey', { body: { credential: { ...forged, response } } })),
    ).toEqual(refused('wrong-signature'))
  })

  test('by a challenge of a step-up, and one older than five minutes', async () => {
    const { person, authenticator } = await passkeyOwner(it.chapar)
    const signed = authenticator.get(await askToStepUp(person.browse))
    expect(await refusalOf(await signIn(person.browse, signed))).toEqual(refused('wrong-challenge'))
    const { browse } = browserOf(it.chapar)
    const late = authenticator.get(await askToSignIn(browse))
    try {
      await clock(Date.now() + 5 * MINUTE + 1)
      expect(await refusalOf(await signIn(browse, late))).toEqual(refused('wrong-challenge'))
    } finally {
      await clock(Date.now())
    }
  })

  test('once its counter goes back: to the copy, to the original, and for ever, and the log says so', async () => {
    const { person, authenticator, passkey } = await passkeyOwner(it.chapar, {}, { counts: true })
    const copy = authenticator.copy()
    expect((await signInBy(it.chapar, authenticator)).answer.status).toBe(204)
    expect(await refusalOf((await signInBy(it.chapar, copy)).answer)).toEqual(refused('copied'))
    for (const one of [authenticator, copy, authenticator])
      expect(await refusalOf((await signInBy(it.chapar, one)).answer)).toEqual(refused('copied'))
    expect(await bodyOf(await person.browse('/v1/auth/passkeys'))).toMatchObject({
      data: [{ id: passkey, status: 'refused' }],
    })
    const logged = await until('the refusals are in the log of calls', async () => {
      const answer = await it.operator.get(`/admin/v1/requests?object=${passkey}&reason=passkeys`)
      const { data } = answer as { readonly data: readonly Record<string, unknown>[] }
      const copied = data.filter(({ status }) => status === 422)
      return copied.length >= 4 && copied
    })
    expect(logged[0]).toMatchObject({ status: 422, object: passkey, parent: person.id, reason: 'copied' })
  })

  test('not of a counter that stays 0, as of synced passkeys', async () => {
    const { authenticator } = await passkeyOwner(it.chapar)
    for (let n = 0; n < 3; n++) expect((await signInBy(it.chapar, authenticator)).answer.status).toBe(204)
    expect(await refusalOf((await signInBy(it.chapar, authenticator, { counter: 7 })).answer)).toEqual([204, undefined])
    expect(await refusalOf((await signInBy(it.chapar, authenticator)).answer)).toEqual(refused('copied'))
  })
})

describe('a step-up by passkey', () => {
  test('renews a proof that is too old, for who is signed in alone', async () => {
    const { person, authenticator, passkey } = await passkeyOwner(it.chapar)
    const other = await passkeyOwner(it.chapar)
    const provenWith = () =>
      it.chapar.control
        .prepare('SELECT proven_with FROM sign_ins WHERE id = ?1')
        .bind(person.signInId)
        .first('proven_with')
    expect(await provenWith()).toBeNull()
    const theirs = other.authenticator.get(await askToStepUp(person.browse))
    expect(await refusalOf(await stepUp(person.browse, theirs))).toEqual(refused('wrong-person'))
    const stale = { path: '/v1/auth/passkeys/registration/options', method: 'POST' }
    try {
      await clock(Date.now() + 11 * MINUTE)
      expect(await refusalOf(await person.browse(stale.path, stale))).toEqual([403, 'step-up-required'])
      const signed = authenticator.get(await askToStepUp(person.browse))
      expect((await stepUp(person.browse, signed)).status).toBe(204)
      expect(await provenWith()).toBe(passkey)
      expect((await person.browse(stale.path, stale)).status).toBe(200)
      expect(await refusalOf(await stepUp(person.browse, signed))).toEqual(refused('wrong-challenge'))
    } finally {
      await clock(Date.now())
    }
  })
})

describe('passkeys of one’s own', () => {
  test('are named and removed, and no other person’s are', async () => {
    const { person, passkey } = await passkeyOwner(it.chapar)
    const other = await passkeyOwner(it.chapar)
    const path = `/v1/auth/passkeys/${passkey}`
    const renamed = await person.browse(path, { method: 'PATCH', body: { name: 'Zw5renamedKey6Lp' } })
    expect(await bodyOf(renamed)).toMatchObject({ id: passkey, name: 'Zw5renamedKey6Lp' })
    expect((await other.person.browse(path, { method: 'PATCH', body: { name: 'Mine' } })).status).toBe(404)
    expect((await other.person.browse(path, { method: 'DELETE' })).status).toBe(404)
    expect((await person.browse(path, { method: 'DELETE' })).status).toBe(204)
    expect(await bodyOf(await person.browse('/v1/auth/passkeys'))).toMatchObject({ data: [] })
  })

  test('do not open anything once they are removed', async () => {
    const { person, passkey, authenticator } = await passkeyOwner(it.chapar)
    await addPasskey(person.browse, newAuthenticator(page()))
    expect((await person.browse(`/v1/auth/passkeys/${passkey}`, { method: 'DELETE' })).status).toBe(204)
    expect(await refusalOf((await signInBy(it.chapar, authenticator)).answer)).toEqual(refused('unknown-passkey'))
  })

  test.each([
    ['who has no mobile for codes', { mobile: null }],
    ['who is an operator', { operatorRole: 'support' as const }],
  ])('are not removed down to none of a person %s', async (_, options) => {
    const { person, passkey } = await passkeyOwner(it.chapar, options)
    const path = `/v1/auth/passkeys/${passkey}`
    expect(await refusalOf(await person.browse(path, { method: 'DELETE' }))).toEqual([409, 'conflict'])
    await addPasskey(person.browse, newAuthenticator(page()))
    expect((await person.browse(path, { method: 'DELETE' })).status).toBe(204)
  })

  test('are not removed by who has not just proved himself', async () => {
    const { person, passkey } = await passkeyOwner(it.chapar)
    try {
      await clock(Date.now() + 11 * MINUTE)
      const answer = await person.browse(`/v1/auth/passkeys/${passkey}`, { method: 'DELETE' })
      expect(await refusalOf(answer)).toEqual([403, 'step-up-required'])
    } finally {
      await clock(Date.now())
    }
  })
})
