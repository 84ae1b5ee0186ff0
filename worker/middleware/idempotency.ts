import type { Context, MiddlewareHandler, Next } from 'hono'
import { type Begun, isFinalAnswer, type KeptAnswer } from '#worker/domain/messages/idempotency.ts'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import { DEFAULT_SETTINGS, type TenantSettings } from '#worker/domain/tenants/settings.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { near } from '#worker/flows/core/placement.ts'
import { joinBytes, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { readString } from '#worker/lib/http/structured-fields.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { openAnswer, sealAnswer } from './kept-answer.ts'
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

/**
 * Names whose keys these are, and in whose objects they are kept. Live and test credentials of a tenant share none: a test may
 * not stand for a live send. Nor do people: what one of them began is not another's to go on with, in his name.
 */
function keyOwnerOf(c: Context<AppEnv>): { readonly owner: string; readonly keptBy: string } {
  const principal = c.get('principal')
  if (principal) {
    const keptBy = `${principal.tenantId}:${modeOf(principal.realm)}`
    return { owner: principal.person ? `${keptBy}:${principal.person.id}` : keptBy, keptBy }
  }
  const operator = c.get('operator')
  if (operator) return { owner: `operator:${operator.name}`, keptBy: `operator:${operator.name}` }
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

interface Hashes {
  /** Of whose key it is, method, path and key. */
  readonly key: Uint8Array<ArrayBuffer>
  /** Of all that and the body without its Content-Encoding, so that a repeat may be compressed otherwise. */
  readonly fingerprint: Uint8Array<ArrayBuffer>
}

/** Hashes what a keyed call is known by; HMACs, so that nobody can try keys, or numbers in a body, against a copy of them. */
async function hashesOf(c: Context<AppEnv>, owner: string, key: string): Promise<Hashes> {
  const { indexKey } = c.get('platform').config
  const body = new Uint8Array(c.get('rawBody') ?? (await readBody(c.req.raw)))
  const call = JSON.stringify(['idempotency', owner, c.req.method, c.req.path, key])
  // JSON holds no line feed, so the parts never blend.
  const whole = joinBytes([utf8(`${call}\n`), body])
  const [ofKey, fingerprint] = await Promise.all([hmac(indexKey, call), hmac(indexKey, whole)])
  return { key: ofKey, fingerprint }
}

interface KeyedCall {
  /** Id of the key. */
  readonly id: string
  readonly begun: Begun
  // keep() and release() may fail without harm: the key's lease ends by itself, and a repeated call is the same request.
  keep(answer: KeptAnswer): Promise<void>
  release(paid: number): Promise<void>
}

async function begin(c: Context<AppEnv>, key: string): Promise<KeyedCall> {
  const { env, config, log } = c.get('platform')
  const { owner, keptBy } = keyOwnerOf(c)
  const hashes = await hashesOf(c, owner, key)
  const bucket = (hashes.key[0] ?? 0) % BUCKETS
  const name = `${keptBy}:${bucket}`
  const id = toHex(hashes.key)
  const fingerprint = toHex(hashes.fingerprint)
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
  const complete = async (answer: KeptAnswer): Promise<void> => {
    const sealed = await sealAnswer(config.transit, id, answer)
    await callObject(log, 'idempotency', stub, (object) => object.complete(id, sealed))
  }
  return {
    id,
    begun,
    keep: (answer) => quietly(complete(answer)),
    release: (paid) => quietly(stub().release(id, begun.kind === 'start' ? begun.run : 0, paid)),
  }
}

/** Makes the answer to a repeated call. One that cannot be opened is a refusal: to work again could send twice. */
async function keptResponse(c: Context<AppEnv>, id: string, sealed: Uint8Array<ArrayBuffer>): Promise<Response> {
  const { config, log } = c.get('platform')
  const opened = await openAnswer(config.transit, id, sealed)
  if ('kid' in opened) {
    log('idempotency.locked', { request: c.get('requestId'), kid: opened.kid })
    throw new Problem('idempotency-answer-lost')
  }
  const { status, headers, body } = opened
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
  const { id, begun, keep, release } = await begin(c, keyOf(header))
  if (begun.kind === 'mismatch') throw new Problem('idempotency-mismatch')
  if (begun.kind === 'in-flight')
    throw new Problem('idempotency-in-flight', { headers: { 'Retry-After': String(begun.retryAfter) } })
  if (begun.kind === 'full') throw tooManyKeys(quotaOf(c), begun.count)
  if (begun.kind === 'answered') return keptResponse(c, id, begun.sealed)
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
