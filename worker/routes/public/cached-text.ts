import type { Context } from 'hono'
import { toHex, utf8 } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'

interface Kept {
  readonly key: string
  readonly text: string
  readonly etag: string
}

const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)

/** Serves a text that is made at the first call of an isolate and kept, with an ETag (RFC 9110 8.8.3). */
export function cachedText(
  make: (c: Context<AppEnv>) => string | Promise<string>,
  headersOf: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
): (c: Context<AppEnv>) => Promise<Response> {
  let kept: Kept | null = null
  return async (c) => {
    const key = c.get('platform').config.baseUrl
    let now = kept
    if (now?.key !== key) {
      const text = await make(c)
      now = { key, text, etag: `"${toHex(await sha256(utf8(text))).slice(0, 32)}"` }
      kept = now
    }
    const { text, etag } = now
    const caching = { etag, 'cache-control': 'public, max-age=300' }
    if (matches(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers: caching })
    return new Response(text, { headers: { ...caching, ...(await headersOf()) } })
  }
}
