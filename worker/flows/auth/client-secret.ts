import type { Config } from '#worker/config.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { crc32 } from '#worker/lib/crc32.ts'
import { hmac } from '#worker/lib/hmac.ts'

/** Digits of the random part, of five bits each: 260 bits. */
const RANDOM = 52
/** Digits of the CRC-32, of five bits each. */
const CHECKSUM = 7

/**
 * Makes a client secret, `chs_<mode>_<random><checksum>`, so that secret scanners know one by its form and weed out chance
 * matches by its checksum. It is shown once; only `secretHash` of it is kept.
 */
export function newClientSecret(mode: Mode): string {
  const head = `chs_${mode}_${randomDigits(RANDOM)}`
  return head + encodeNumber(crc32(head), CHECKSUM)
}

/** Hashes a client secret for storing: base64url of an HMAC under a Worker secret, so that a database dump opens nothing. */
export async function secretHash(config: Config, clientId: string, secret: string): Promise<string> {
  return toBase64Url(await hmac(config.indexKey, `secret|${clientId}|${secret}`))
}
