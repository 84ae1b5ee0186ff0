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
})
