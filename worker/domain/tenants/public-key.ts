import type { FieldError } from '#worker/domain/problem.ts'
import { fromBase64, toHex } from '#worker/lib/bytes.ts'
import type { CredentialProof } from './tenant.ts'

type SigningAlg = Extract<CredentialProof, { kind: 'public-key' }>['alg']
export const SIGNING_ALGS = ['EdDSA', 'ES256', 'RS256'] as const satisfies readonly SigningAlg[]

type JwkInput = Readonly<Record<string, unknown>>
type PublicJwk = Readonly<Record<string, string>>

interface KeyForm {
  readonly kty: string
  readonly crv?: string
  /** Members that make the key, with the length of each in bytes, or null if it is not fixed. */
  readonly members: Readonly<Record<string, number | null>>
}

const FORMS: Readonly<Record<SigningAlg, KeyForm>> = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519', members: { x: 32 } },
  ES256: { kty: 'EC', crv: 'P-256', members: { x: 32, y: 32 } },
  RS256: { kty: 'RSA', members: { n: null, e: null } },
}

/** Members of RFC 7518 6 that must never leave the tenant. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
/** RFC 7518 3.3 asks for 2048 bits; above 8192 a signature costs more than a request should. */
const RSA_BITS = [2048, 8192] as const
const LEAST_EXPONENT = 65_537
const MOST_EXPONENT_BYTES = 4

const fault = (member: string, detail: string): FieldError => ({ pointer: member && `/${member}`, detail })

function bytesOf(value: unknown): Uint8Array | null {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value) ? fromBase64(value) : null
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}

/**
 * The y of Ed25519's points of order 1, 2, 4 and 8, also as written with p added (RFC 8032 5.1.3 does not decode those, some
 * libraries do): a signature under such a key holds for texts that nobody signed. Hex in the order of the bytes, the sign of x
 * left out.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
])

/** True if a 32-byte Ed25519 key is no secret's: its point has a small order, whichever the sign. */
const isSmallOrder = (x: Uint8Array): boolean =>
  SMALL_ORDER.has(toHex(x.map((byte, index) => (index === 31 ? byte & 0x7f : byte))))

function memberFault(member: string, length: number | null, value: unknown): FieldError | null {
  const bytes = bytesOf(value)
  if (!bytes) return fault(member, 'must be base64url')
  if (length !== null) return bytes.length === length ? null : fault(member, `must be ${length} bytes`)
  if (member === 'n') {
    const bits = bitLength(bytes)
    return bits >= RSA_BITS[0] && bits <= RSA_BITS[1] ? null : fault(member, `must have ${RSA_BITS.join(' to ')} bits`)
  }
  const exponent = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const fits = bytes.length <= MOST_EXPONENT_BYTES && exponent >= LEAST_EXPONENT && exponent % 2 === 1
  return fits ? null : fault(member, `must be an odd number from ${LEAST_EXPONENT} on, of at most 32 bits`)
}

/**
 * Checks a key that a tenant registers (RFC 7517, 7518): of the family that its algorithm asks for, strong enough, and without
 * private members. The JWK that comes back holds only the members that make the key. Pointers are relative to the JWK.
 */
export function publicKey(
  alg: SigningAlg,
  jwk: JwkInput,
): { readonly jwk: PublicJwk; readonly errors: readonly FieldError[] } {
  const form = FORMS[alg]
  const errors: FieldError[] = PRIVATE_MEMBERS.filter((member) => Object.hasOwn(jwk, member)).map((member) =>
    fault(member, 'is private: register the public key only'),
  )
  if (jwk['kty'] !== form.kty) errors.push(fault('kty', `must be ${form.kty} for ${alg}`))
  if (form.crv !== undefined && jwk['crv'] !== form.crv) errors.push(fault('crv', `must be ${form.crv} for ${alg}`))
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) errors.push(fault('alg', `must be ${alg}, or absent`))
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') errors.push(fault('use', 'must be sig, or absent'))
  if (errors.length === 0) {
    for (const [member, length] of Object.entries(form.members)) {
      const wrong = memberFault(member, length, jwk[member])
      if (wrong) errors.push(wrong)
    }
    const x = alg === 'EdDSA' ? bytesOf(jwk['x']) : null
    if (x?.length === 32 && isSmallOrder(x)) errors.push(fault('x', 'is a point of small order, which is nobody’s key'))
  }
  const kept = ['kty', ...(form.crv ? ['crv'] : []), ...Object.keys(form.members)]
  return { jwk: Object.fromEntries(kept.map((member) => [member, String(jwk[member])])), errors }
}
