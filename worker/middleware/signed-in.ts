import type { Context, MiddlewareHandler } from 'hono'
import { loopbackOrigin, ownOrigins } from '#worker/domain/licensee.ts'
import { Problem } from '#worker/domain/problem.ts'
import { type FreshSignIn, findSignedIn } from '#worker/flows/accounts/sign-in.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { browserName } from '#worker/lib/http/browser-name.ts'
import { clientPlace } from '#worker/lib/http/client-ip.ts'
import { cookieNamed } from '#worker/lib/http/cookie.ts'
import { licenseeSettings } from '#worker/store/people/licensee.ts'
import type { SignInPlace } from '#worker/store/people/sign-ins.ts'
import { noteRefusal } from './audit.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv } from './variables.ts'

/** Characters of the longest cookie that is looked for. */
const LONGEST = 100

const isLocal = ({ config }: Platform): boolean => loopbackOrigin(config.baseUrl) !== null

/** Name of the cookie. Browsers keep the prefix for what came by TLS from this very host, which on loopback nothing does. */
const cookieOf = (platform: Platform): string => (isLocal(platform) ? 'chapar' : '__Host-chapar')

/** Text of Set-Cookie. A `value` of null deletes it. */
function setCookie(platform: Platform, value: string | null, seconds: number): string {
  const secure = isLocal(platform) ? '' : '; Secure'
  return `${cookieOf(platform)}=${value ?? ''}; Path=/; Max-Age=${value === null ? 0 : seconds}; HttpOnly${secure}; SameSite=Lax`
}

/** Puts the cookie of a new or renewed sign-in into the answer, and makes its person the caller, for the access log. */
export function showSignIn(c: Context<AppEnv>, { cookie, ...signedIn }: FreshSignIn): void {
  const platform = c.get('platform')
  const seconds = Math.floor((signedIn.signIn.endsAt - platform.now()) / 1000)
  c.header('Set-Cookie', setCookie(platform, cookie, seconds))
  c.set('signedIn', signedIn)
}

/** Takes the cookie out of the browser. */
export const dropSignIn = (c: Context<AppEnv>): void => c.header('Set-Cookie', setCookie(c.get('platform'), null, 0))

/** Where a sign-in is made, as Cloudflare and the browser say. */
export function placeOfCall({ req }: Context<AppEnv>): SignInPlace {
  const { ip, country } = clientPlace(req.raw)
  return { ip, country, browser: browserName(req.header('User-Agent') ?? null) }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * True of a call that a page of ours makes, or that changes nothing. The Origin has to stand there, by itself: without it nobody
 * knows whose page it is, and `same-site` is said of pages that others may have put under our domain.
 */
async function isFromOwnPage(c: Context<AppEnv>): Promise<boolean> {
  if (READS.has(c.req.method)) return true
  const origin = c.req.header('Origin')
  if (origin === undefined) return false
  const { env, config } = c.get('platform')
  return ownOrigins(await licenseeSettings(env.CONTROL), config.baseUrl).includes(origin)
}

/**
 * Finds the person whom the cookie names: sets `signedIn`, or leaves it unset. A change is refused (403) that no page of ours
 * asks for, with a cookie or without: another's page could else sign its visitors in as somebody whom it chose. Stands over
 * `/v1/auth/*` alone: nowhere else does the cookie count.
 */
export const signedIn: MiddlewareHandler<AppEnv> = async (c, next) => {
  const platform = c.get('platform')
  if (!(await isFromOwnPage(c))) {
    noteRefusal(c, requestRow(c, 403))
    throw new Problem('forbidden', { detail: 'The Origin of this call is none of ours.' })
  }
  const cookie = cookieNamed(c.req.raw, cookieOf(platform))
  const found = cookie === null || cookie.length > LONGEST ? null : await findSignedIn(platform, cookie)
  if (found) c.set('signedIn', found)
  await next()
}
