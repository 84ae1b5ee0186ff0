import { AutoRouter, type IRequest } from 'itty-router'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import { CallbackRefused, type Connection, type Provider, type Received } from '#worker/domain/carriers/provider.ts'
import { isConnectionId } from '#worker/domain/ids.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { connectionConfig, lastConnection } from '#worker/flows/carriers/connections.ts'
import { type HeardJob, heardJobs, queueHeard } from '#worker/flows/carriers/heard.ts'
import { joinCallbacks, type QueueCallback } from '#worker/flows/carriers/joint-jobs.ts'
import { channelOf, openConnection } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { converse } from '#worker/flows/sessions/converse.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { RequestCut, readRequest } from '#worker/lib/http/request-body.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import type { Env } from './env.ts'

/** Most bytes of a callback's body; the largest that a carrier documents are Meta's, of 3 MB. */
const MOST_BYTES = 4_000_000
type LookUp = (platform: Platform, id: ConnectionConfig['id']) => Promise<ConnectionConfig | null>

/** Outcome of a callback: the answer, and counts for the log line. */
interface Handled {
  readonly response: Response
  readonly receipts: number
  readonly inbound: number
}

const empty = (status: number, headers?: HeadersInit): Handled => ({
  response: new Response(null, headers ? { status, headers } : { status }),
  receipts: 0,
  inbound: 0,
})

/** Compares with every secret, also after a match, so that the time it takes tells nothing. */
function isSecretOf(config: ConnectionConfig, secret: string): boolean {
  let matches = false
  for (const known of config.callbackSecrets) if (timingSafeEqualText(known, secret)) matches = true
  return matches
}

/** Copies the request with its body read, and with the URL that the carrier was given and signed: a proxy may have changed it. */
function asCalled(request: Request, baseUrl: string, body: Uint8Array<ArrayBuffer>): Request {
  const { pathname, search } = new URL(request.url)
  const init = { method: request.method, headers: request.headers }
  return new Request(`${baseUrl}${pathname}${search}`, request.method === 'GET' ? init : { ...init, body })
}

/** Refuses a record that does not fit one job. */
function refuseTooLarge(): never {
  throw new CallbackRefused(400, 'one record is too large')
}

function callbackJobsOf({ receipts, inbound }: Received, called: Called, now: number): readonly HeardJob[] {
  const { channel, provider, config } = called
  const about = { connectionId: config.id, proof: provider.callbackProof, channel: channel.again ? channel.name : null }
  return heardJobs({ ...about, receipts, inbound }, now, refuseTooLarge)
}

interface Called {
  readonly channel: Channel
  readonly provider: Provider
  readonly config: ConnectionConfig
  readonly connection: Connection
}

/** Milliseconds that a carrier with a person on the line is kept waiting for the database. */
const LOOK_UP_MS = 500

/** Features by which a person waits on the line: for a screen, or for what a call says. */
const AWAITED = ['session', 'gather'] as const

/**
 * Looks a connection up. While a person waits on the line, its last known configuration serves if the database is late or away.
 */
async function configOf(
  platform: Platform,
  provider: Provider,
  lookUp: LookUp,
  id: ConnectionConfig['id'],
): Promise<ConnectionConfig | null> {
  const last = lastConnection(id, platform.now())
  if (last?.provider !== provider.name) return lookUp(platform, id)
  if (!AWAITED.some((feature) => provider.features.includes(feature))) return lookUp(platform, id)
  const late = pause(LOOK_UP_MS).then(() => last)
  return Promise.race([lookUp(platform, id).catch(() => last), late])
}

/** Finds the connection that is called, or the status to refuse with. Checks the id's MAC first: made-up ids cost no look-up. */
async function calledBy(request: IRequest, platform: Platform, lookUp: LookUp): Promise<Called | 403 | 404> {
  const { channel: channelName = '', provider: providerName = '', connection = '', secret = '' } = request.params
  const channel = channelOf(platform, channelName)
  const provider = channel?.providers[providerName]
  if (!channel || !provider || !(await isConnectionId(platform.config.idKeys, connection))) return 404
  const config = await configOf(platform, provider, lookUp, connection as ConnectionConfig['id'])
  if (!config || config.channel !== channel.name || config.provider !== provider.name) return 404
  if (provider.callbackProof === 'path-secret' && !isSecretOf(config, secret)) return 403
  return { channel, provider, config, connection: openConnection(platform, channel, config) }
}

/** Answers the carrier: a person's turn gets its screen, in the carrier's own format and within its deadline. */
async function replyTo(
  { connection, config }: Called,
  { turn, reply }: Received,
  platform: Platform,
  arrivedAt: number,
): Promise<Response> {
  if (!turn || !connection.answer) return reply ?? new Response(null)
  const screen = await converse(platform, config, turn, arrivedAt)
  return turn.event === 'end' ? (reply ?? new Response(null)) : connection.answer(turn, screen)
}

/** True if a person waits on the line for what the carrier is answered. */
const isAwaited = ({ provider }: Called, { turn, reply }: Received): boolean =>
  turn !== undefined || (reply !== undefined && AWAITED.some((feature) => provider.features.includes(feature)))

/** What a router's requests share, and what they look connections up by. */
interface Shared {
  readonly lookUp: LookUp
  readonly join: QueueCallback
}

async function handle(
  request: IRequest,
  platform: Platform,
  { lookUp, join }: Shared,
  arrivedAt: number,
): Promise<Handled> {
  if (request.method !== 'GET' && request.method !== 'POST') return empty(405, { allow: 'GET, POST' })
  const called = await calledBy(request, platform, lookUp)
  if (typeof called === 'number') return empty(called)
  const { connection } = called
  if (!connection.receive) return empty(404)
  const body = await readRequest(request as unknown as Request, MOST_BYTES)
  if (!body) return empty(413)
  const received = await connection.receive(asCalled(request, platform.config.baseUrl, body))
  const queueJobs = isAwaited(called, received) ? queueHeard : join
  await queueJobs(platform.env.REPORT, callbackJobsOf(received, called, platform.now()))
  return {
    response: await replyTo(called, received, platform, arrivedAt),
    receipts: received.receipts.length,
    inbound: received.inbound.length,
  }
}

/**
 * Refuses a forged or unreadable callback for good, and one that broke off; anything else thrown is an outage here: a 503 makes
 * the carrier call again.
 */
function refusalOf(error: unknown): Handled {
  if (error instanceof RequestCut) return empty(400)
  return error instanceof CallbackRefused ? empty(error.status) : empty(503, { 'retry-after': '30' })
}

/**
 * Serves carriers: `/callbacks/:channel/:provider/:connection/:secret?`.
 *
 * 1. Finds the connection that is called, and checks the secret of the path.
 * 2. Has the provider check the signature and read receipts, messages and a person's turn.
 * 3. Puts receipts and messages on one queue, from where they are worked: together with those of other callbacks that come during
 *    a queue call, unless a person waits on the line or they are ten and more.
 * 4. Answers when the queue has them; a person's turn with its screen. Answers carry nothing of the request.
 */
export function callbackRouter(
  platformOf: (env: Env) => Platform | Promise<Platform>,
  lookUp: LookUp = connectionConfig,
): (request: Request, env: Env) => Promise<Response> {
  const shared: Shared = { lookUp, join: joinCallbacks() }
  const router = AutoRouter<IRequest, [Env]>({
    missing: () => new Response(null, { status: 404 }),
    // Replaces the router's own answer, which would hold the error's message.
    catch: () => new Response(null, { status: 503, headers: { 'retry-after': '30' } }),
  })
  router.all('/callbacks/:channel/:provider/:connection/:secret?', async (request, env) => {
    const platform = await platformOf(env)
    const startedAt = platform.now()
    let fault: string | null = null
    const handled = await handle(request, platform, shared, startedAt).catch((error: unknown) => {
      fault = errorLabel(error)
      return refusalOf(error)
    })
    const { response, receipts, inbound } = handled
    const heard = response.status < 400
    platform.log('callback.received', {
      // Keeps names out of the log unless the call was believed: else they are the caller's own words.
      connection: heard ? request.params['connection'] : null,
      provider: heard ? request.params['provider'] : null,
      status: response.status,
      receipts,
      inbound,
      fault,
      ms: platform.now() - startedAt,
    })
    return response
  })
  return (request, env) => router.fetch(request, env)
}
