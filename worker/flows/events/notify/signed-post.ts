import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import { guardRules } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { type Guarded, guardedPost } from '#worker/lib/http/guarded-fetch.ts'
import { signed } from '#worker/lib/http/standard-webhooks.ts'

/**
 * A POST to a URL of a tenant's, to be signed by Standard Webhooks: `id` is the same at every attempt, `at` is the time of
 * this one.
 */
interface SignedPost {
  readonly url: string
  readonly keys: readonly CryptoKey[]
  readonly id: string
  readonly at: EpochMs
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Absent: the body is JSON. */
  readonly contentType?: string
  readonly deadlineMs: number
  /** Time for the answer's body, where nothing but the status counts. */
  readonly bodyMs?: number
  /** Most bytes of that body that are kept. */
  readonly textBytes?: number
}

/** Headers of a POST beside those of its signature. */
export const JSON_HEADERS = { 'content-type': 'application/json', 'user-agent': 'Chapar-Webhooks/1' } as const

/** Signs a POST and makes it, if the guard allows the URL. Does not throw. */
export async function signedPost(platform: Platform, post: SignedPost): Promise<Guarded> {
  const bytes = typeof post.body === 'string' ? utf8(post.body) : post.body
  const { headers, body } = await signed(post.keys, post.id, Math.floor(post.at / SECOND), bytes)
  const request = {
    headers: {
      ...headers,
      ...JSON_HEADERS,
      ...(post.contentType === undefined ? {} : { 'content-type': post.contentType }),
    },
    body,
    deadlineMs: post.deadlineMs,
    ...(post.bodyMs === undefined ? {} : { bodyMs: post.bodyMs }),
    ...(post.textBytes === undefined ? {} : { textBytes: post.textBytes }),
  }
  return guardedPost(post.url, request, guardRules(platform.config))
}
