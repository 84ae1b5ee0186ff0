import type { Config } from '#worker/config.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'

/** Bytes of what a browser holds. */
const BYTES = 32

/** Makes what a browser holds of a sign-in or a step: 43 characters that nobody guesses. Only its hash is kept. */
export const newOpaque = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(BYTES)))

/** Hashes what a browser holds, for storing. `kind` keeps what is one thing's from standing for another. */
export const opaqueHash = async ({ indexKey }: Pick<Config, 'indexKey'>, kind: string, text: string): Promise<string> =>
  toBase64Url(await hmac(indexKey, JSON.stringify([kind, text])))
