import { createECDH, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64Url, utf8 } from '#worker/lib/bytes.ts'
import { encrypt, newMaterial, signVapid } from '#worker/vendors/web-push-crypto.ts'
import { decrypted, newBrowser, newVapidKeys } from '../worlds/players/push-browser.ts'

const bytes = (text: string): Uint8Array<ArrayBuffer> => fromBase64(text) ?? new Uint8Array()

/** RFC 8291, appendix A. */
const PUBLISHED = {
  plaintext: 'V2hlbiBJIGdyb3cgdXAsIEkgd2FudCB0byBiZSBhIHdhdGVybWVsb24',
  asPublic: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  asPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  uaPublic: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  uaPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_' +
    'yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

async function publishedKeys(): Promise<CryptoKeyPair> {
  const point = bytes(PUBLISHED.asPublic)
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: toBase64Url(point.subarray(1, 33)),
    y: toBase64Url(point.subarray(33)),
    d: PUBLISHED.asPrivate,
  }
  const P256 = { name: 'ECDH', namedCurve: 'P-256' }
  return {
    privateKey: await crypto.subtle.importKey('jwk', jwk, P256, true, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('raw', point, P256, true, []),
  }
}

describe('the message of RFC 8291, appendix A', () => {
  it('is reproduced byte for byte from its salt and key', async () => {
    const keys = { p256dh: bytes(PUBLISHED.uaPublic), auth: bytes(PUBLISHED.auth) }
    const material = { salt: bytes(PUBLISHED.salt), keys: await publishedKeys() }
    expect(toBase64Url(await encrypt(bytes(PUBLISHED.plaintext), keys, material))).toBe(PUBLISHED.body)
  })

  it('is opened by the independent decryptor that the other tests use', () => {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(Buffer.from(PUBLISHED.uaPrivate, 'base64url'))
    expect(decrypted(bytes(PUBLISHED.body), { ecdh, auth: PUBLISHED.auth })).toBe(
      'When I grow up, I want to be a watermelon',
    )
  })
})

describe('a message', () => {
  it.each([0, 1, 41, 1_000, 3_993])('of %i bytes is opened by an independent decryptor', async (length) => {
    const browser = newBrowser()
    const keys = { p256dh: bytes(browser.p256dh), auth: bytes(browser.auth) }
    const text = 'س'.repeat(length >> 1) + 'x'.repeat(length & 1)
    const body = await encrypt(utf8(text), keys, await newMaterial(randomBytes(16)))
    expect(decrypted(body, browser)).toBe(text)
    expect(body.length).toBe(length + 103)
  })

  it('is never encrypted twice with the same key pair', async () => {
    const browser = newBrowser()
    const keys = { p256dh: bytes(browser.p256dh), auth: bytes(browser.auth) }
    const salt = randomBytes(16)
    const pairs = await Promise.all(
      Array.from({ length: 5 }, async () => (await encrypt(utf8('x'), keys, await newMaterial(salt))).slice(21, 86)),
    )
    expect(new Set(pairs.map((point) => toBase64Url(point))).size).toBe(5)
  })

  it('for a key that is no point of the curve is not made', async () => {
    const keys = { p256dh: new Uint8Array(65).fill(4), auth: new Uint8Array(16) }
    await expect(newMaterial(randomBytes(16)).then((material) => encrypt(utf8('x'), keys, material))).rejects.toThrow()
  })
})

it('a VAPID token is a JWT of ES256 that the public key verifies', async () => {
  const { privateKey, verify } = await newVapidKeys()
  const claims = { aud: 'https://push.example', exp: 1_800_000_000, sub: 'mailto:a@b.example' }
  const [head = '', body = '', signature = ''] = (await signVapid(privateKey, claims)).split('.')
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ typ: 'JWT', alg: 'ES256' })
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual(claims)
  const es256 = { name: 'ECDSA', hash: 'SHA-256' }
  expect(await crypto.subtle.verify(es256, verify, bytes(signature), utf8(`${head}.${body}`))).toBe(true)
})
