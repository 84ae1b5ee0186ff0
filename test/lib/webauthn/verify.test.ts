import { readFileSync } from 'node:fs'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { describe, expect, test } from 'vitest'
import { fromBase64, fromHex, joinBytes, toBase64Url } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { readAuthenticatorData } from '#worker/lib/webauthn/authenticator-data.ts'
import { isSignedBy, readPublicKey } from '#worker/lib/webauthn/cose-key.ts'
import {
  type AssertionResponse,
  challengeOf,
  type RegistrationResponse,
  verifyAssertion,
  verifyRegistration,
} from '#worker/lib/webauthn/verify.ts'
import { type Deceit, newAuthenticator } from '../../worlds/players/authenticator.ts'

interface Vector {
  readonly name: string
  readonly registration: RegistrationResponse & { readonly challenge: string }
  readonly assertion: AssertionResponse & { readonly challenge: string }
}

const PARTY = { rpId: 'example.org', origins: ['https://example.org'] }
const { vectors } = JSON.parse(readFileSync('test/fixtures/webauthn/vectors.json', 'utf8')) as {
  vectors: readonly Vector[]
}
const bytes = (encoded: string) => fromBase64(encoded) ?? new Uint8Array(0)

/** What each of the standard's examples comes to under rules that want a verified person on a page of its own. */
const VERDICTS: Readonly<Record<string, readonly [registration: string, assertion: string]>> = {
  'ES256 Credential with No Attestation': ['user-not-verified', 'user-not-verified'],
  'ES256 Credential with Self Attestation': ['taken', 'user-not-verified'],
  'ES256 Credential with "crossOrigin": true in clientDataJSON': ['wrong-origin', 'wrong-origin'],
  'ES256 Credential with "topOrigin" in clientDataJSON': ['wrong-origin', 'wrong-origin'],
  'ES256 Credential with very long credential ID': ['user-not-verified', 'taken'],
  'Packed Attestation with ES384 Credential': ['user-not-verified', 'unknown-algorithm'],
  'Packed Attestation with RS256 Credential': ['taken', 'user-not-verified'],
  'Packed Attestation with Ed25519 Credential': ['user-not-verified', 'user-not-verified'],
  'TPM Attestation with ES256 Credential': ['taken', 'taken'],
  'FIDO U2F Attestation with ES256 Credential': ['user-not-verified', 'user-not-verified'],
}

/** Where the authenticator's data stand in an attestation object, by the hash of the standard's RP id that they begin with. */
async function credentialOf({ registration }: Vector) {
  const object = bytes(registration.attestationObject)
  const hash = await sha256(PARTY.rpId)
  const at = object.findIndex((_, n) => hash.every((byte, i) => object[n + i] === byte))
  return readAuthenticatorData(object.slice(at))?.credential ?? null
}

describe('the examples of the standard', () => {
  test.each(vectors)('$name: its key is read and its signature holds', async (vector) => {
    const { assertion, registration, name } = vector
    const credential = await credentialOf(vector)
    expect(credential && toBase64Url(credential.id)).toBe(registration.id)
    const key = credential && (await readPublicKey(credential.publicKey))
    if (name.includes('ES384')) return expect(key).toBeNull()
    const signed = joinBytes([bytes(assertion.authenticatorData), await sha256(bytes(assertion.clientDataJSON))])
    expect(key && (await isSignedBy(key, bytes(assertion.signature), signed))).toBe(true)
    for (const at of [0, 36, signed.length - 1]) {
      const other = signed.slice()
      other[at] = (other[at] ?? 0) ^ 1
      expect(key && (await isSignedBy(key, bytes(assertion.signature), other))).toBe(false)
    }
  })

  test.each(vectors)('$name: comes to what our rules say', async (vector) => {
    const { registration, assertion, name } = vector
    const made = await verifyRegistration(PARTY, registration.challenge, registration)
    const publicKey = toBase64Url((await credentialOf(vector))?.publicKey ?? new Uint8Array(0))
    const signed = await verifyAssertion(PARTY, assertion.challenge, assertion, publicKey)
    const verdict = (answer: object | string) => (typeof answer === 'string' ? answer : 'taken')
    expect([verdict(made), verdict(signed)]).toEqual(VERDICTS[name])
  })
})

const PAGE = 'https://example.org'
const CREATE = { challenge: 'Y2hhbGxlbmdlLW9uZQ', rp: { id: 'example.org' }, user: { id: 'cGVy' } }
const GET = { challenge: 'Y2hhbGxlbmdlLXR3bw', rpId: 'example.org' }

describe.each(['ES256', 'EdDSA', 'RS256'] as const)('an authenticator of %s', (algorithm) => {
  const authenticator = newAuthenticator(PAGE, { algorithm, counts: true })
  const created = authenticator.create(CREATE)
  const registration = { id: created.id, ...created.response }
  const register = (response: RegistrationResponse, challenge = CREATE.challenge) =>
    verifyRegistration(PARTY, challenge, response)
  const publicKey = async (): Promise<string> => {
    const made = await register(registration)
    return typeof made === 'string' ? made : made.publicKey
  }

  test('makes a passkey, and its challenges are answered', async () => {
    expect(await register(registration)).toMatchObject({ id: authenticator.id, counter: 0, isSynced: false })
    const { response } = authenticator.get(GET)
    expect(challengeOf(response)).toBe(GET.challenge)
    expect(await verifyAssertion(PARTY, GET.challenge, response, await publicKey())).toEqual({
      counter: 1,
      isSynced: false,
    })
  })

  const deceits: readonly (readonly [string, Deceit, string])[] = [
    ['a challenge of another ceremony', { challenge: 'YW5vdGhlcg' }, 'wrong-challenge'],
    ['another kind of ceremony', { type: 'payment.get' }, 'wrong-type'],
    ['a page of another origin', { origin: 'https://example.org.evil.test' }, 'wrong-origin'],
    ['the same host by another scheme', { origin: 'http://example.org' }, 'wrong-origin'],
    ['a page in the frame of another', { crossOrigin: true }, 'wrong-origin'],
    ['a page under another one, as it says', { topOrigin: 'https://evil.test' }, 'wrong-origin'],
    ['a credential of another domain', { rpId: 'evil.test' }, 'wrong-rp-id'],
    ['nobody touched it', { isPresent: false }, 'user-not-present'],
    ['whoever touched it is not known', { isVerified: false }, 'user-not-verified'],
  ]
  test.each(deceits)('is refused: %s', async (_, deceit, refusal) => {
    const { id, response } = authenticator.create(CREATE, deceit)
    expect(await register({ id, ...response })).toBe(refusal)
    const signed = authenticator.get(GET, deceit)
    expect(await verifyAssertion(PARTY, GET.challenge, signed.response, await publicKey())).toBe(refusal)
  })

  test('is refused: what another signed, a signature cut short, and an id that it did not make', async () => {
    const other = newAuthenticator(PAGE, { algorithm }).get(GET).response
    expect(await verifyAssertion(PARTY, GET.challenge, other, await publicKey())).toBe('wrong-signature')
    const { response } = authenticator.get(GET)
    for (const signature of ['', response.signature.slice(0, -8), `${response.signature}AAAA`])
      expect(await verifyAssertion(PARTY, GET.challenge, { ...response, signature }, await publicKey())).toBe(
        'wrong-signature',
      )
    expect(await register({ ...registration, id: 'AAAA' })).toBe('malformed')
  })
})

test('bytes that are no response are refused, wherever they break off', async () => {
  const { id, response } = newAuthenticator(PAGE).create(CREATE)
  const whole = bytes(response.attestationObject)
  for (let end = 0; end < whole.length; end++) {
    const attestationObject = toBase64Url(whole.slice(0, end))
    expect(await verifyRegistration(PARTY, CREATE.challenge, { id, ...response, attestationObject })).toBe('malformed')
  }
  for (const clientDataJSON of ['', 'bnVsbA', 'W10', '!', toBase64Url(Uint8Array.of(0xff))])
    expect(await verifyRegistration(PARTY, CREATE.challenge, { id, ...response, clientDataJSON })).toBe(
      clientDataJSON === 'W10' ? 'wrong-type' : 'malformed',
    )
})

test('data with bytes left over, or a copy of what may not be copied, are none', () => {
  const { response } = newAuthenticator(PAGE).get(GET)
  const data = bytes(response.authenticatorData)
  expect(readAuthenticatorData(data)).not.toBeNull()
  expect(readAuthenticatorData(joinBytes([data, Uint8Array.of(0)]))).toBeNull()
  const copied = data.slice()
  copied[32] = (copied[32] ?? 0) | 16
  expect(readAuthenticatorData(copied)).toBeNull()
  copied[32] |= 8
  expect(readAuthenticatorData(copied)).toMatchObject({ isSynced: true })
})

describe('a key', () => {
  const X = fromHex('afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61')
  const Y = fromHex('930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220')
  const rsa = (length: number, exponent: readonly number[]) => {
    const n = new Uint8Array(length).fill(0xc7)
    return [
      [1, 3],
      [3, -257],
      [-1, n],
      [-2, Uint8Array.from(exponent)],
    ] as const
  }
  const curve = (members: readonly (readonly [number, number | Uint8Array])[]) => members
  const es256 = (type: number, algorithm: number, crv: number, x: Uint8Array, y: Uint8Array) =>
    curve([
      [1, type],
      [3, algorithm],
      [-1, crv],
      [-2, x],
      [-3, y],
    ])
  const read = (members: readonly (readonly [number, number | Uint8Array])[]) =>
    readPublicKey(new Uint8Array(encodeCBOR(new Map(members))))

  test('is read of P-256, and of RSA from 2048 bits on', async () => {
    expect(await read(es256(2, -7, 1, X, Y))).toMatchObject({ algorithm: -7 })
    expect(await read(rsa(256, [1, 0, 1]))).toMatchObject({ algorithm: -257 })
  })

  test.each([
    ['a point that is not on its curve', es256(2, -7, 1, X, X)],
    ['another curve', es256(2, -7, 2, X, Y)],
    ['another type than its algorithm’s', es256(1, -7, 1, X, Y)],
    ['another algorithm of its type', es256(2, -35, 1, X, Y)],
    ['half a coordinate', es256(2, -7, 1, X, Y.slice(16))],
    ['RSA of 1024 bits', rsa(128, [1, 0, 1])],
    ['RSA of 8192 bits', rsa(1024, [1, 0, 1])],
    ['RSA of an exponent that costs much', rsa(256, [1, 0, 0, 0, 0, 0, 1])],
    ['RSA without an exponent', rsa(256, [])],
    [
      'Ed25519 of another curve',
      curve([
        [1, 1],
        [3, -8],
        [-1, 7],
        [-2, X],
      ]),
    ],
    ['nothing', []],
  ])('is none: %s', async (_, members) => {
    expect(await read(members)).toBeNull()
  })

  test('is none: what is no map, and what is no CBOR', async () => {
    for (const bad of [encodeCBOR([1, 2]), encodeCBOR('x'), Uint8Array.of(0xff), new Uint8Array(0)])
      expect(await readPublicKey(new Uint8Array(bad))).toBeNull()
  })

  test('that made no such algorithm is not registered', async () => {
    const { id, response } = newAuthenticator(PAGE).create(CREATE)
    // The last byte of the point: it is on no curve any more.
    const object = bytes(response.attestationObject)
    object[object.length - 1] = (object[object.length - 1] ?? 0) ^ 1
    const attestationObject = toBase64Url(object)
    expect(await verifyRegistration(PARTY, CREATE.challenge, { id, ...response, attestationObject })).toBe(
      'unknown-algorithm',
    )
  })

  test('takes no signature with something behind it', async () => {
    const authenticator = newAuthenticator(PAGE)
    const { id, response } = authenticator.create(CREATE)
    const made = await verifyRegistration(PARTY, CREATE.challenge, { id, ...response })
    const signed = authenticator.get(GET).response
    const der = bytes(signed.signature)
    const longer = joinBytes([Uint8Array.of(0x30, der.length), der.slice(2), Uint8Array.of(2, 0)])
    const publicKey = typeof made === 'string' ? made : made.publicKey
    const answer = { ...signed, signature: toBase64Url(longer) }
    expect(await verifyAssertion(PARTY, GET.challenge, answer, publicKey)).toBe('wrong-signature')
  })
})
