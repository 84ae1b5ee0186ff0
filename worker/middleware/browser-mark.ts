import type { Context } from 'hono'
import { loopbackOrigin } from '#worker/domain/licensee.ts'
import { CHALLENGE_LIFE } from '#worker/domain/people/passkey.ts'
import { newOpaque } from '#worker/flows/accounts/opaque.ts'
import { cookieNamed } from '#worker/lib/http/cookie.ts'
import type { AppEnv } from './variables.ts'

/** Form of a mark: what newOpaque makes. */
const MARK = /^[\w-]{43}$/

/** True where pages come without TLS: on this machine. */
const isLocal = (c: Context<AppEnv>): boolean => loopbackOrigin(c.get('platform').config.baseUrl) !== null

const cookieOf = (c: Context<AppEnv>): string => (isLocal(c) ? 'chapar-browser' : '__Host-chapar-browser')

/** Mark of a browser in which nobody is signed in yet; empty: it has none, and no challenge is its own. */
export function markOfBrowser(c: Context<AppEnv>): string {
  const mark = cookieNamed(c.req.raw, cookieOf(c))
  return mark !== null && MARK.test(mark) ? mark : ''
}

/** Marks a browser until its challenge ends. One that has a mark keeps it: another tab of it may have asked, too. */
export function markBrowser(c: Context<AppEnv>): string {
  const mark = markOfBrowser(c) || newOpaque()
  const secure = isLocal(c) ? '' : '; Secure'
  const seconds = CHALLENGE_LIFE / 1000
  c.header('Set-Cookie', `${cookieOf(c)}=${mark}; Path=/; Max-Age=${seconds}; HttpOnly${secure}; SameSite=Strict`)
  return mark
}
