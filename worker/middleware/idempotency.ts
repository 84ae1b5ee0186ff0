import type { Context, MiddlewareHandler, Next } from 'hono'
import { type Begun, isFinalAnswer, type KeptAnswer } from '#worker/domain/messages/idempotency.ts'
import { Problem } from '#worker/domain/problem.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import { DEFAULT_SETTINGS, type TenantSettings } from '#worker/domain/tenants/settings.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { near } from '#worker/flows/core/placement.ts'
import { joinBytes, toHex, utf8 } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { readString } from '#worker/lib/http/structured-fields.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { readBody } from './read-body.ts'
import type { AppEnv } from './variables.ts'

export const LONGEST_KEY = 255
/** Durable Objects that one tenant's keys are spread over, so that none is a bottleneck. */
const BUCKETS = 16
/** Headers that are kept with an answer: they tell of what was made; all others tell of one call. */
const KEPT_HEADERS = ['content-type', 'location']

const badKey = (detail: string): Problem =>
  new Problem('invalid-request', { errors: [{ pointer: 'header:Idempotency-Key', detail }] })

function keyOf(header: string): string {
  const key = readString(header)
  if (key === null || key === '') throw badKey('a String Item such as "8e03978e-40d5-43dd-bc93-6894a57f9324"')
  if (key.length > LONGEST_KEY) throw badKey(`at most ${LONGEST_KEY} characters`)
  return key
}

/** Names whose keys these are. Live and test credentials of a tenant share none: a test may not stand for a live send. */
function keyOwnerOf(c: Context<AppEnv>): string {
  const principal = c.get('principal')
  if (principal) return `${principal.tenantId}:${principal.credential.mode}`
  const operator = c.get('operator')
  if (operator) return `operator:${operator}`
  throw new Error('idempotency stands behind authentication')
}

/** Keys that a bucket may hold: the shares of all buckets make up the quota, so that there are never more. */
const shareOf = (bucket: number, quota: number): number => Math.floor((quota + BUCKETS - 1 - bucket) / BUCKETS)

function settingsOf(c: Context<AppEnv>): TenantSettings {
  const principal: AppEnv['Variables']['principal'] | undefined = c.get('principal')
  return principal?.policy ?? DEFAULT_SETTINGS
}

const quotaOf = (c: Context<AppEnv>): number => settingsOf(c).quotas.idempotencyKeys

/** Makes the refusal of a key whose bucket is full. Nobody counts the others': the count is what sixteen like it would hold. */
const tooManyKeys = (quota: number, inBucket: number): Problem =>
  quotaFull('idempotencyKeys', quota, Math.min(quota, inBucket * BUCKETS))

/**
 * Hashes method, path and body (SHA-256); the body without its Content-Encoding, so that a repeat may be compressed otherwise. A
 * line feed ends the first two, which cannot hold one, so parts never blend.
 */
async function fingerprintOf(c: Context<AppEnv>): Promise<string> {
  const head = utf8(`${c.req.method}\n${c.req.path}\n`)
  const body = new Uint8Array(c.get('rawBody') ?? (await readBody(c.req.raw)))
  return toHex(await sha256(joinBytes([head, body])))
}

interface KeyedCall {
  readonly begun: Begun
  // keep() and release() may fail without harm: the key's lease ends by itself, and a repeated call is the same request.
  keep(answer: KeptAnswer): Promise<void>
  release(paid: number): Promise<void>
}

async function begin(c: Context<AppEnv>, key: string): Promise<KeyedCall> {
  const { env, log } = c.get('platform')
  const owner = keyOwnerOf(c)
  const hash = await sha256(`${c.req.method} ${c.req.path} ${key}`)
  const bucket = (hash[0] ?? 0) % BUCKETS
  const name = `${owner}:${bucket}`
  const id = toHex(hash)
  const fingerprint = await fingerprintOf(c)
  const stub = () => env.IDEMPOTENCY.getByName(name, near(settingsOf(c).location))
  const begun = await callObject<ReturnType<typeof stub>, Begun>(log, 'idempotency', stub, (object) =>
    object.begin(id, fingerprint, c.get('requestId'), shareOf(bucket, quotaOf(c))),
  )
  const quietly = async (call: Promise<void>) => {
    try {
      await call
    } catch (error) {
      log('idempotency.not-kept', { request: c.get('requestId'), reason: errorLabel(error) })
    }
  }
  return {
    begun,
    keep: (answer) => quietly(callObject(log, 'idempotency', stub, (object) => object.complete(id, answer))),
    release: (paid) => quietly(stub().release(id, begun.kind === 'start' ? begun.run : 0, paid)),
  }
}

function keptResponse({ status, headers, body }: KeptAnswer): Response {
  const withBody = status === 204 || status === 304 ? null : body
  return new Response(withBody, { status, headers: { ...headers, 'Idempotency-Replayed': 'true' } })
}

async function answerOf(c: Context<AppEnv>): Promise<KeptAnswer> {
  const masked = c.get('keptBody')
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = c.res.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
  const body = masked === undefined ? await c.res.clone().text() : JSON.stringify(masked)
  return { status: c.res.status, headers, body }
}

/**
 * Answers a repeated `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) by the first call's answer. Stands
 * behind authentication and, where there is a body, behind `jsonBody`; without the header it only sets `originRequestId` and
 * `payment`. A handler whose answer shows a secret once leaves the same answer without it in `keptBody`.
 */
export const idempotency: MiddlewareHandler<AppEnv> = (c, next) => {
  const header = c.req.header('Idempotency-Key')
  if (header !== undefined) return underKey(c, next, header)
  c.set('originRequestId', c.get('requestId'))
  c.set('payment', { messages: 0 })
  return next()
}

async function underKey(c: Context<AppEnv>, next: Next, header: string): Promise<Response | undefined> {
  const { begun, keep, release } = await begin(c, keyOf(header))
  if (begun.kind === 'mismatch') throw new Problem('idempotency-mismatch')
  if (begun.kind === 'in-flight')
    throw new Problem('idempotency-in-flight', { headers: { 'Retry-After': String(begun.retryAfter) } })
  if (begun.kind === 'full') throw tooManyKeys(quotaOf(c), begun.count)
  if (begun.kind === 'answered') return keptResponse(begun.answer)
  const payment = { messages: begun.paid }
  c.set('originRequestId', begun.requestId)
  c.set('payment', payment)
  try {
    await next()
  } catch (error) {
    await release(payment.messages)
    throw error
  }
  if (isFinalAnswer(c.res.status)) await keep(await answerOf(c))
  else await release(payment.messages)
}
