import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publicKey } from '#worker/domain/tenants/public-key.ts'

type SigningAlg = Parameters<typeof publicKey>[0]

const pairs = {
  EdDSA: generateKeyPairSync('ed25519'),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
const algs = Object.keys(pairs) as SigningAlg[]
const publicOf = (alg: SigningAlg) => pairs[alg].publicKey.export({ format: 'jwk' }) as Record<string, unknown>
const privateOf = (alg: SigningAlg) => pairs[alg].privateKey.export({ format: 'jwk' }) as Record<string, unknown>

/**
 * The y of the points of order 1, 2, 4 and 8 (RFC 8032 5.1), computed: 1, -1, 0, and of order 8 those whose double has y = 0,
 * which makes d·y⁴ + 2y² - 1 = 0. A y below 19 can be written with p added as well. Hex, least byte first.
 */
function smallOrderKeys(): string[] {
  const p = 2n ** 255n - 19n
  const mod = (n: bigint) => ((n % p) + p) % p
  const power = (base: bigint, exponent: bigint): bigint =>
    exponent === 0n ? 1n : mod(power(mod(base * base), exponent / 2n) * (exponent % 2n === 1n ? base : 1n))
  const over = (n: bigint, by: bigint) => mod(n * power(mod(by), p - 2n))
  const roots = (square: bigint): bigint[] => {
    const root = power(mod(square), (p + 3n) / 8n)
    const found = [root, mod(root * power(2n, (p - 1n) / 4n))].filter((n) => mod(n * n) === mod(square))
    return found.slice(0, 1).flatMap((n) => [n, mod(-n)])
  }
  const d = over(-121_665n, 121_666n)
  const ofOrder8 = roots(1n + d).flatMap((root) => roots(over(root - 1n, d)))
  const all = [1n, p - 1n, 0n, ...ofOrder8].flatMap((y) => (y < 19n ? [y, y + p] : [y]))
  return all.map((y) => Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex'))
}

describe('a key that a tenant registers', () => {
  it.each(algs)('is taken for %s, and only the members that make it are kept', (alg) => {
    const { jwk, errors } = publicKey(alg, { ...publicOf(alg), kid: 'theirs', use: 'sig' })
    expect(errors).toEqual([])
    expect(jwk).toEqual(publicOf(alg))
  })

  it.each(algs)('is refused for %s with its private half', (alg) => {
    expect(publicKey(alg, privateOf(alg)).errors.map(({ pointer }) => pointer)).toContain('/d')
  })

  it('is refused for an algorithm of another family, so that no token can choose its rules', () => {
    for (const alg of algs) {
      for (const other of algs.filter((name) => name !== alg)) {
        expect(publicKey(alg, publicOf(other)).errors, `${other} key for ${alg}`).not.toEqual([])
      }
    }
  })

  it('is refused if RSA is weaker than 2048 bits or has a small exponent', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    expect(publicKey('RS256', { ...weak }).errors[0]?.pointer).toBe('/n')
    expect(publicKey('RS256', { ...publicOf('RS256'), e: 'Aw' }).errors[0]?.pointer).toBe('/e')
  })

  it('is refused if 2047 bits of modulus are padded to look like more', () => {
    const n = Buffer.concat([Buffer.alloc(64), Buffer.alloc(255, 0xff)]).toString('base64url')
    expect(publicKey('RS256', { ...publicOf('RS256'), n }).errors[0]?.pointer).toBe('/n')
  })

  it('is refused with another curve, with a symmetric key, or with members that are no base64url', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
    expect(publicKey('ES256', { ...p384 }).errors[0]?.pointer).toBe('/crv')
    expect(publicKey('ES256', { kty: 'oct', k: 'AAAA' }).errors.map(({ pointer }) => pointer)).toContain('/k')
    expect(publicKey('EdDSA', { ...publicOf('EdDSA'), x: '!!' }).errors[0]?.pointer).toBe('/x')
    expect(publicKey('EdDSA', { ...publicOf('EdDSA'), x: 7 }).errors[0]?.pointer).toBe('/x')
  })

  it('is refused if it names another algorithm or use itself', () => {
    expect(publicKey('EdDSA', { ...publicOf('EdDSA'), alg: 'ES256' }).errors[0]?.pointer).toBe('/alg')
    expect(publicKey('EdDSA', { ...publicOf('EdDSA'), use: 'enc' }).errors[0]?.pointer).toBe('/use')
  })

  const SMALL = smallOrderKeys()
  it('knows seven spellings of a small order', () => {
    expect(SMALL).toHaveLength(7)
  })
  const keyOf = (hex: string, sign: number) => {
    const bytes = Buffer.from(hex, 'hex')
    bytes[31] = (bytes[31] ?? 0) | sign
    return { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }
  }

  it.each(SMALL.flatMap((hex) => [0, 0x80].map((sign) => [hex, sign] as const)))(
    'is refused if its point has a small order: %s, sign %d',
    (hex, sign) => {
      expect(publicKey('EdDSA', keyOf(hex, sign)).errors).toEqual([
        { pointer: '/x', detail: expect.stringContaining('small order') },
      ])
    },
  )

  it('is taken if it is an ordinary key of Ed25519, those of RFC 8032 among them', () => {
    const known = [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    ]
    for (const hex of known) expect(publicKey('EdDSA', keyOf(hex, 0)).errors).toEqual([])
    for (let n = 0; n < 50; n++) {
      const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      expect(publicKey('EdDSA', { ...jwk }).errors).toEqual([])
    }
  })
})
