import type { Context, MiddlewareHandler } from 'hono'
import { loopbackOrigin, ownOrigins } from '#worker/domain/licensee.ts'
import { Problem } from '#worker/domain/problem.ts'
import { newDoorPace } from '#worker/flows/accounts/door-pace.ts'
import { keptLicensee } from '#worker/flows/accounts/kept-licensee.ts'
import { type FreshSignIn, findSignedIn, type SignedIn } from '#worker/flows/accounts/sign-in.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { isShielded, SHIELD_RETRY } from '#worker/flows/core/shield.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { browserName } from '#worker/lib/http/browser-name.ts'
import { clientPlace } from '#worker/lib/http/client-ip.ts'
import { cookieNamed } from '#worker/lib/http/cookie.ts'
import { subscriberNetwork } from '#worker/lib/http/ip-range.ts'
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

/** Calls a minute of one network that nobody is signed in to make, and of all, which an isolate lets to the database. */
const NOBODYS = newDoorPace(600, 6_000)

/** The same of calls by cookies that open nothing, each of which is a read. */
const WRONG = newDoorPace(600, 6_000)
/** Cookies that have opened something lately: whose network tries many others is let in by them all the same. */
const good = new BoundedMap<string, true>(10_000)

const networkOf = (c: Context<AppEnv>): string => subscriberNetwork(clientPlace(c.req.raw).ip)

/** Refuses a call, and notes it for the access log as a refused token is noted. */
function refuse(c: Context<AppEnv>, problem: Problem): never {
  noteRefusal(c, requestRow(c, problem.status, { problem: problem.code }))
  throw problem
}

const tooMany = () => new Problem('too-many-calls', { headers: { 'Retry-After': String(SHIELD_RETRY) } })

/** Takes a change that somebody unknown asks for, before a database is asked for anything. */
async function takeNobodys(c: Context<AppEnv>): Promise<void> {
  const { now, log } = c.get('platform')
  if (!NOBODYS.take(networkOf(c), now()) || (await isShielded(c.env.SIGN_IN_SHIELD, c.req.raw, log)))
    refuse(c, tooMany())
}

/** Finds who is signed in by a cookie; null: it opens nothing. */
async function openedBy(c: Context<AppEnv>, cookie: string): Promise<SignedIn | null> {
  const platform = c.get('platform')
  if (!good.get(cookie) && WRONG.isSpent(networkOf(c), platform.now())) refuse(c, tooMany())
  const found = await findSignedIn(platform, cookie)
  if (found) good.set(cookie, true)
  else {
    good.delete(cookie)
    WRONG.take(networkOf(c), platform.now())
  }
  return found
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
  const platform = c.get('platform')
  return ownOrigins(await keptLicensee(platform), platform.config.baseUrl).includes(origin)
}

/** Cookie that the call shows; null: none that could be one of ours. */
function cookieShown(c: Context<AppEnv>): string | null {
  const cookie = cookieNamed(c.req.raw, cookieOf(c.get('platform')))
  return cookie === null || cookie.length > LONGEST ? null : cookie
}

/**
 * Finds the person whom the cookie names: sets `signedIn`, or leaves it unset. A change is refused (403) that no page of ours
 * asks for, with a cookie or without: another's page could else sign its visitors in as somebody whom it chose. Stands over
 * `/v1/auth/*` alone: nowhere else does the cookie count. Changes without a cookie, and cookies that open nothing, have a pace.
 */
export const signedIn: MiddlewareHandler<AppEnv> = async (c, next) => {
  const cookie = cookieShown(c)
  const isChange = !READS.has(c.req.method)
  if (isChange && cookie === null) await takeNobodys(c)
  if (!(await isFromOwnPage(c)))
    refuse(c, new Problem('forbidden', { detail: 'The Origin of this call is none of ours.' }))
  const found = cookie === null ? null : await openedBy(c, cookie)
  if (found) c.set('signedIn', found)
  else if (isChange && cookie !== null) await takeNobodys(c)
  await next()
}
