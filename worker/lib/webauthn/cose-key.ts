import { decodeCBOR } from '@levischuck/tiny-cbor'
import { joinBytes, toBase64Url } from '#worker/lib/bytes.ts'

/** Algorithms of keys that are taken, by their COSE numbers (RFC 9053, RFC 8812), the one that is liked best first. */
export const ALGORITHMS = [-8, -7, -257] as const

/** Public key of a credential, which says by itself how its signatures are made. */
interface PublicKey {
  readonly algorithm: (typeof ALGORITHMS)[number]
  readonly key: CryptoKey
}

/** Labels of the members of a COSE key (RFC 9052 7.1, RFC 9053 7, RFC 8230 4). */
const LABELS = { type: 1, algorithm: 3, curve: -1, x: -2, y: -3, modulus: -1, exponent: -2 } as const
const COORDINATE = 32
/** Bytes of an RSA key's modulus: 2048 to 4096 bits. */
const MODULUS = { least: 256, most: 512 } as const

type Members = ReadonlyMap<unknown, unknown>
const bytesAt = (members: Members, label: keyof typeof LABELS): Uint8Array<ArrayBuffer> => {
  const value = members.get(LABELS[label])
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array(0)
}

/** Imports an elliptic curve's key: P-256 of ES256. */
async function curveKey(members: Members): Promise<PublicKey | null> {
  const [x, y] = [bytesAt(members, 'x'), bytesAt(members, 'y')]
  if (members.get(LABELS.curve) !== 1 || x.length !== COORDINATE || y.length !== COORDINATE) return null
  const point = joinBytes([Uint8Array.of(4), x, y])
  const how = { name: 'ECDSA', namedCurve: 'P-256' }
  return { algorithm: -7, key: await crypto.subtle.importKey('raw', point, how, true, ['verify']) }
}

/** Imports an Edwards curve's key: Ed25519 of EdDSA. */
async function edwardsKey(members: Members): Promise<PublicKey | null> {
  const x = bytesAt(members, 'x')
  if (members.get(LABELS.curve) !== 6 || x.length !== COORDINATE) return null
  return { algorithm: -8, key: await crypto.subtle.importKey('raw', x, 'Ed25519', true, ['verify']) }
}

async function rsaKey(members: Members): Promise<PublicKey | null> {
  const [n, e] = [bytesAt(members, 'modulus'), bytesAt(members, 'exponent')]
  if (n.length < MODULUS.least || n.length > MODULUS.most || n[0] === 0 || e.length === 0 || e.length > 4) return null
  const jwk = { kty: 'RSA', n: toBase64Url(n), e: toBase64Url(e) }
  const how = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return { algorithm: -257, key: await crypto.subtle.importKey('jwk', jwk, how, true, ['verify']) }
}

/** Reads a COSE key; null: it is none, or of an algorithm that is not taken. */
export async function readPublicKey(cose: Uint8Array<ArrayBuffer>): Promise<PublicKey | null> {
  try {
    const members = decodeCBOR(cose)
    if (!(members instanceof Map)) return null
    const kind = `${members.get(LABELS.type)} ${members.get(LABELS.algorithm)}`
    if (kind === '2 -7') return await curveKey(members)
    if (kind === '1 -8') return await edwardsKey(members)
    return kind === '3 -257' ? await rsaKey(members) : null
  } catch {
    // CBOR that is none, or a point that is not on its curve.
    return null
  }
}

/** One number of a signature in DER (`INTEGER`), as 32 bytes, and where it ends. */
function derNumber(der: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly end: number } | null {
  const length = der[at + 1] ?? 0
  const end = at + 2 + length
  if (der[at] !== 2 || length === 0 || length > COORDINATE + 1 || end > der.length) return null
  const number = der.subarray(at + 2, end)
  const digits = number[0] === 0 ? number.subarray(1) : number
  if (digits.length > COORDINATE) return null
  const bytes = new Uint8Array(COORDINATE)
  bytes.set(digits, COORDINATE - digits.length)
  return { bytes, end }
}

/** Two numbers of an ECDSA signature side by side, as WebCrypto wants them, out of the DER that authenticators write. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null
  const r = derNumber(der, 2)
  const s = r && derNumber(der, r.end)
  return s?.end === der.length ? joinBytes([r?.bytes ?? new Uint8Array(0), s.bytes]) : null
}

/** True if the key's owner signed the data. */
export async function isSignedBy(
  { algorithm, key }: PublicKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (algorithm !== -7) return crypto.subtle.verify(key.algorithm.name, key, signature, data)
  const raw = rawSignature(signature)
  return raw !== null && crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, data)
}
