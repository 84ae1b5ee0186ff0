const P256 = { name: 'ECDH', namedCurve: 'P-256' }
const { subtle } = crypto
const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(16), info: new Uint8Array(28) }
const keyOf = (secret: ArrayBuffer) => subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
/** The WebCrypto calls that one RFC 8291 message asks for, and nothing else. */
async function once(point: ArrayBuffer): Promise<void> {
  const own = (await subtle.generateKey(P256, true, ['deriveBits'])) as CryptoKeyPair
  const theirs = await subtle.importKey('raw', point, P256, false, [])
  await subtle.exportKey('raw', own.publicKey)
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs } as never, own.privateKey, 256)
  const secret = await keyOf(await subtle.deriveBits(hkdf, await keyOf(shared), 256))
  const [raw, iv] = await Promise.all([128, 96].map((bits) => subtle.deriveBits(hkdf, secret, bits)))
  const key = await subtle.importKey('raw', raw as ArrayBuffer, 'AES-GCM', false, ['encrypt'])
  await subtle.encrypt({ name: 'AES-GCM', iv: iv as ArrayBuffer }, key, new Uint8Array(600))
}
/** `count` times, for the point that is posted. */
export default {
  async fetch(request: Request): Promise<Response> {
    const point = await request.arrayBuffer()
    for (let left = Number(new URL(request.url).searchParams.get('count')); left > 0; left--) await once(point)
    return new Response('done')
  },
}
