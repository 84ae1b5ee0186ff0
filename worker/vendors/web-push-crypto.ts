import { joinBytes, toBase64Url, utf8 } from '#worker/lib/bytes.ts'

/** Keys of a subscription: its public key (65 bytes, uncompressed) and its secret (16 bytes). */
interface SubscriptionKeys {
  readonly p256dh: Uint8Array<ArrayBuffer>
  readonly auth: Uint8Array<ArrayBuffer>
}

/** Random parts of one message; tests give those of a published one. */
interface Material {
  readonly salt: Uint8Array<ArrayBuffer>
  readonly keys: CryptoKeyPair
}

const P256 = { name: 'ECDH', namedCurve: 'P-256' }
/** Bytes of the one record at most, whatever the payload (RFC 8188 2.1). */
const RECORD_SIZE = 4_096
/** Delimiter of the last record (RFC 8188 2). */
const LAST = 2

const INFO_KEY = utf8('WebPush: info\0')
const INFO_CEK = utf8('Content-Encoding: aes128gcm\0')
const INFO_NONCE = utf8('Content-Encoding: nonce\0')

async function hkdf(
  secret: ArrayBuffer,
  salt: Uint8Array<ArrayBuffer>,
  infos: readonly (readonly [info: Uint8Array<ArrayBuffer>, bytes: number])[],
): Promise<ArrayBuffer[]> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  return Promise.all(
    infos.map(([info, bytes]) =>
      crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, bytes * 8),
    ),
  )
}

/** Makes a key pair: RFC 8291 asks for one a message. */
const newKeyPair = async (): Promise<CryptoKeyPair> =>
  (await crypto.subtle.generateKey(P256, true, ['deriveBits'])) as CryptoKeyPair

export const newMaterial = async (salt: Uint8Array): Promise<Material> => ({
  salt: new Uint8Array(salt),
  keys: await newKeyPair(),
})

/** Imports the public key of a subscription; throws if it is no point of the curve. */
const importPoint = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytes, P256, false, [])

/** Makes the body of a push message: header and one record, `aes128gcm` (RFC 8291 3.4, RFC 8188 2.1). */
export async function encrypt(
  payload: Uint8Array,
  { p256dh, auth }: SubscriptionKeys,
  { salt, keys }: Material,
): Promise<Uint8Array<ArrayBuffer>> {
  const [theirs, exported] = await Promise.all([importPoint(p256dh), crypto.subtle.exportKey('raw', keys.publicKey)])
  const ours = new Uint8Array(exported as ArrayBuffer)
  // Workers' types name this member `$public`; the specification and workerd say `public`.
  const agree = { name: 'ECDH', public: theirs } as unknown as SubtleCryptoDeriveKeyAlgorithm
  const shared = await crypto.subtle.deriveBits(agree, keys.privateKey, 256)
  const [ikm = new ArrayBuffer()] = await hkdf(shared, auth, [[joinBytes([INFO_KEY, p256dh, ours]), 32]])
  const [cek = new ArrayBuffer(), nonce = new ArrayBuffer()] = await hkdf(ikm, salt, [
    [INFO_CEK, 16],
    [INFO_NONCE, 12],
  ])
  const key = await crypto.subtle.importKey('raw', cek, 'AES-GCM', false, ['encrypt'])
  const record = joinBytes([payload, new Uint8Array([LAST])])
  const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, record)
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, RECORD_SIZE)
  return joinBytes([salt, size, new Uint8Array([ours.length]), ours, new Uint8Array(box)])
}

/** Signs the JWT by which a push service knows who sends (RFC 8292 2). `exp` in epoch seconds. */
export async function signVapid(
  privateKey: CryptoKey,
  claims: { readonly aud: string; readonly exp: number; readonly sub: string },
): Promise<string> {
  const head = toBase64Url(utf8(JSON.stringify({ typ: 'JWT', alg: 'ES256' })))
  const text = `${head}.${toBase64Url(utf8(JSON.stringify(claims)))}`
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, utf8(text))
  return `${text}.${toBase64Url(signature)}`
}
