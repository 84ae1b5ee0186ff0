import type { SandboxJob } from '../env.ts'
import { randomDigits } from '../lib/base32.ts'
import { utf8Length } from '../lib/bytes.ts'
import {
  DEFAULT_OUTCOME,
  SANDBOX_ORIGIN,
  type SandboxAnswer,
  type SandboxCallback,
  type SandboxOutcome,
  type SandboxSubmit,
  SLOW_MS,
  sandboxOutcome,
  sandboxQuery,
  sandboxSubmit,
} from '../vendors/sandbox.ts'

/** What the carrier needs of its host: a queue for the callbacks it owes, and a way to post one at once. */
export interface SandboxHost {
  readonly queue: Pick<Queue<SandboxJob>, 'sendBatch'>
  deliver(request: Request): Promise<Response>
  now(): number
}

type Callback = SandboxJob['callbacks'][number]
type WireReceipt = NonNullable<SandboxCallback['receipts']>[number]
type WireInbound = NonNullable<SandboxCallback['inbound']>[number]

/** Callbacks by when they leave. Reports after the first of a message go into later rounds, so that each is a callback of its own. */
interface Owed {
  readonly before: WireReceipt[][]
  readonly 'at-once': WireReceipt[][]
  readonly slow: WireReceipt[][]
  readonly replies: WireInbound[]
}

/** UTF-8 bytes of one queue message: Queues bill by 64 KB. */
const JOB_BYTES = 63_000
/** Four of them fit the 256 KB of one `sendBatch`. */
const JOBS_PER_SEND = 4

/** Is this request for the sandbox carrier? */
export const isForSandbox = (request: Request): boolean => request.url.startsWith(`${SANDBOX_ORIGIN}/`)

const attemptOf = (ref: string): number => Number(ref.slice(ref.lastIndexOf('.') + 1)) || 1

/** Why this outcome is not taken at this attempt; null: it is. */
function refusalOf(outcome: SandboxOutcome, ref: string): 'invalid' | 'busy' | 'timeout' | 'reset' | null {
  if (outcome.submit === 'taken') return null
  if (outcome.submit === 'busy-once') return attemptOf(ref) > 1 ? null : 'busy'
  return outcome.submit
}

function owe(owed: Owed, outcome: SandboxOutcome, id: string, ref: string | undefined): void {
  const rounds = owed[outcome.when]
  outcome.reports.forEach(({ status, code }, round) => {
    const receipt: WireReceipt =
      ref === undefined ? { id, status } : code === undefined ? { id, ref, status } : { id, ref, status, code }
    if (ref === undefined && code !== undefined) receipt.code = code
    const list = rounds[round]
    if (list) list.push(receipt)
    else rounds.push([receipt])
  })
}

/** Decides what becomes of every message of one submit. Pure but for `prefix`, which makes the ids unique. */
export function planSubmit(submit: SandboxSubmit, prefix: string): { results: SandboxAnswer['results']; owed: Owed } {
  const results: SandboxAnswer['results'] = []
  const owed: Owed = { before: [], 'at-once': [], slow: [], replies: [] }
  submit.messages.forEach((message, index) => {
    const outcome = sandboxOutcome(message.fate ?? message.to)
    const id = `${prefix}${index}`
    const ref = submit.echo ? message.ref : undefined
    const refusal = outcome === DEFAULT_OUTCOME ? null : refusalOf(outcome, message.ref)
    // A carrier that took a message and lost the connection still reports it.
    if (refusal === null || refusal === 'timeout') owe(owed, outcome, id, ref)
    if (refusal === null && outcome.reply !== undefined)
      owed.replies.push({ id: `${id}r`, from: message.to, to: message.from, text: outcome.reply })
    results.push(refusal === null ? { id } : refusal === 'busy' ? { error: 'busy', retryAfter: 1 } : { error: refusal })
  })
  return { results, owed }
}

function callbacksOf(rounds: readonly WireReceipt[][], submit: SandboxSubmit, at: number): Callback[] {
  const callbacks: Callback[] = []
  const size = submit.receiptsPerCallback
  for (const [round, receipts] of rounds.entries()) {
    for (let from = 0; from < receipts.length; from += size) {
      const body: SandboxCallback = { at, receipts: receipts.slice(from, from + size) }
      callbacks.push({ url: submit.callbackUrl, body: JSON.stringify(body), round })
    }
  }
  return callbacks
}

const inboundBody = (at: number, inbound: WireInbound[]): string =>
  JSON.stringify({ at, inbound } satisfies SandboxCallback)

/** Bytes of a callback inside a job: every quote of its body is escaped there. */
const weight = ({ url, body }: Callback): number => utf8Length(body) + body.split('"').length + url.length + 40

/** Packs callbacks in order into jobs of at most 63,000 bytes (one that is longer alone gets a job of its own). */
export function packJobs(callbacks: readonly Callback[]): SandboxJob[] {
  const jobs: SandboxJob[] = []
  let open: Callback[] = []
  let bytes = 0
  for (const callback of callbacks) {
    const more = weight(callback)
    if (open.length > 0 && bytes + more > JOB_BYTES) {
      jobs.push({ kind: 'sandbox', callbacks: open })
      open = []
      bytes = 0
    }
    open.push(callback)
    bytes += more
  }
  if (open.length > 0) jobs.push({ kind: 'sandbox', callbacks: open })
  return jobs
}

async function enqueue(queue: SandboxHost['queue'], callbacks: readonly Callback[], delayMs: number): Promise<void> {
  const jobs = packJobs(callbacks)
  for (let from = 0; from < jobs.length; from += JOBS_PER_SEND) {
    const slice = jobs.slice(from, from + JOBS_PER_SEND)
    await queue.sendBatch(slice.map((body) => ({ body, ...(delayMs > 0 ? { delaySeconds: delayMs / 1000 } : {}) })))
  }
}

async function takeMessages(host: SandboxHost, submit: SandboxSubmit): Promise<Response> {
  const { results, owed } = planSubmit(submit, `sbx_${randomDigits(12)}_`)
  if (results.every((result) => 'error' in result && result.error === 'reset')) throw new Error('connection reset')
  const at = host.now()
  for (const { url, body } of callbacksOf(owed.before, submit, at)) await host.deliver(callbackRequest(url, body))
  const atOnce = callbacksOf(owed['at-once'], submit, at)
  if (owed.replies.length > 0)
    atOnce.push({ url: submit.callbackUrl, body: inboundBody(at, owed.replies), round: owed['at-once'].length })
  await enqueue(host.queue, atOnce, 0)
  await enqueue(host.queue, callbacksOf(owed.slow, submit, at + SLOW_MS), SLOW_MS)
  if (submit.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, submit.latencyMs))
  return Response.json({ results } satisfies SandboxAnswer)
}

export const callbackRequest = (url: string, body: string): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

function statusOf(body: unknown, at: number): Response {
  const asked = sandboxQuery.safeParse(body)
  if (!asked.success) return new Response('bad request', { status: 400 })
  const receipts = asked.data.messages.flatMap(({ id, to }) => {
    const last = sandboxOutcome(to).reports[0]
    return last && id.startsWith('sbx_') ? [{ id, ...last }] : []
  })
  return Response.json({ at, receipts })
}

/**
 * The sandbox carrier's HTTP API (docs/sandbox.md): `POST /v1/messages`, `POST /v1/status`, `GET /v1/health`. It keeps no
 * memory: what it answers depends on the number, the ref's attempt and nothing else. A submit of nothing but 9907 numbers
 * throws, as a reset connection does.
 */
export const sandboxCarrier =
  (host: SandboxHost) =>
  async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (request.method === 'GET' && pathname === '/v1/health') return Response.json({ ok: true })
    if (request.method !== 'POST') return new Response('not found', { status: 404 })
    const body: unknown = await request.json().catch(() => undefined)
    if (pathname === '/v1/status') return statusOf(body, host.now())
    if (pathname !== '/v1/messages') return new Response('not found', { status: 404 })
    const submit = sandboxSubmit.safeParse(body)
    return submit.success ? takeMessages(host, submit.data) : new Response('bad request', { status: 400 })
  }
