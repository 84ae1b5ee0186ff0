import type { Config } from '#worker/config.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { canonicalJson } from '#worker/lib/json/canonical.ts'

/** Dangerous call as it is proposed, and as it is made. */
export interface DangerousCall {
  /** Method and pattern. */
  readonly operation: string
  /** Scope that it asks for. */
  readonly scope: string
  readonly method: string
  readonly path: string
  /** JSON of the body as it was sent; null: the call has none. */
  readonly body: unknown
}

/** Hashes what an approval is for: method, path and body, of which neither order nor blanks count. */
export async function digestOf({ indexKey }: Config, { method, path, body }: DangerousCall): Promise<string> {
  return toBase64Url(await hmac(indexKey, canonicalJson(['approval', method, path, body])))
}
