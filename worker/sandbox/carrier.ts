import type { ChannelName } from '#worker/domain/channel-names.ts'
import { MINUTE } from '#worker/domain/time.ts'
import type { JobQueue } from '#worker/env.ts'
import type { SandboxJob } from '#worker/jobs.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { SANDBOX_JOB_BYTES, SMALL_JOBS } from '#worker/queue-limits.ts'
import {
  AFTER_MS,
  DEFAULT_OUTCOME,
  reportsOf,
  SANDBOX_FILE,
  SANDBOX_ORIGIN,
  SANDBOX_WRITER,
  type SandboxAnswer,
  type SandboxCallback,
  type SandboxInboxAnswer,
  type SandboxOutcome,
  type SandboxSubmit,
  sandboxInboxQuery,
  sandboxOutcome,
  sandboxQuery,
  sandboxSaid,
  sandboxSubmit,
} from '#worker/vendors/sandbox.ts'
import { entriesOf } from './arrivals.ts'
import type { PhoneEntry } from './phone.ts'
import { recording } from './recording.ts'

/** Host of the carrier: a queue for the callbacks it owes, and a way to post one at once. */
interface SandboxHost {
  readonly queue: Pick<JobQueue<SandboxJob>, 'sendBatch'>
  deliver(request: Request): Promise<Response>
  /** Shows messages of test on their telephones, and does not throw. Absent: there are none. */
  show?(entries: readonly PhoneEntry[]): Promise<void>
  now(): number
}

type Callback = SandboxJob['callbacks'][number]
type WireReceipt = NonNullable<SandboxCallback['receipts']>[number]
type WireInbound = NonNullable<SandboxCallback['inbound']>[number]

/**
 * Callbacks by the time at which they leave. Reports after the first of a message go into later rounds, so that each is a
 * callback of its own.
 */
interface Owed {
  readonly before: WireReceipt[][]
  readonly 'at-once': WireReceipt[][]
  readonly slow: WireReceipt[][]
  readonly late: WireReceipt[][]
  readonly replies: WireInbound[]
}

/** True if the request is for the sandbox carrier. */
export const isForSandbox = (request: Request): boolean => request.url.startsWith(`${SANDBOX_ORIGIN}/`)

/**
 * Mark before the digits of the fate, at the end of an id whose recipient does not have them: the carrier remembers nothing
 * else.
 */
const FATE_MARK = '-'

const fateOf = (id: string): string | null => {
  const mark = id.lastIndexOf(FATE_MARK)
  return mark < 0 ? null : id.slice(mark + 1)
}

const attemptNumberOf = (ref: string): number => Number(ref.slice(ref.lastIndexOf('.') + 1)) || 1

type SubmitError = 'invalid' | 'unregistered' | 'busy' | 'timeout' | 'reset'

/** Gives the reason why the message is not taken at this attempt; null: it is. */
function submitErrorOf(outcome: SandboxOutcome, ref: string): SubmitError | null {
  if (outcome.submit === 'taken') return null
  if (outcome.submit === 'busy-once') return attemptNumberOf(ref) > 1 ? null : 'busy'
  return outcome.submit
}

function owe(
  owed: Owed,
  outcome: SandboxOutcome,
  id: string,
  sent: { readonly ref: string; readonly echo: boolean; readonly channel: ChannelName | undefined },
): void {
  const rounds = owed[outcome.when]
  reportsOf(outcome, attemptNumberOf(sent.ref), sent.channel).forEach(({ status, code, suppress }, round) => {
    const receipt: WireReceipt = sent.echo ? { id, ref: sent.ref, status } : { id, status }
    if (code !== undefined) receipt.code = code
    if (suppress) receipt.suppress = true
    const list = rounds[round]
    if (list) list.push(receipt)
    else rounds.push([receipt])
  })
}

/** Makes what the recipient sends back. */
function replyOf(
  outcome: SandboxOutcome,
  id: string,
  message: SandboxSubmit['messages'][number],
  echo: boolean,
): WireInbound {
  const reply: WireInbound = { id: `${id}r`, from: message.to, to: message.from, text: outcome.reply ?? '' }
  const { replyKind: kind = 'text' } = outcome
  if (kind === 'text') return reply
  if (echo) reply.replyTo = message.ref
  if (kind === 'file')
    reply.files = [{ url: `${SANDBOX_ORIGIN}${SANDBOX_FILE.path}`, type: SANDBOX_FILE.type, name: SANDBOX_FILE.name }]
  return { ...reply, kind }
}

/** What becomes of a submit: its answer, the callbacks that follow, and what test telephones show. */
interface Plan {
  readonly results: SandboxAnswer['results']
  readonly owed: Owed
  readonly shown: PhoneEntry[]
}

/** Decides what becomes of every message of one submit. Pure but for `prefix`, which makes the ids unique. */
function planSubmit(submit: SandboxSubmit, prefix: string): Plan {
  const results: SandboxAnswer['results'] = []
  const owed: Owed = { before: [], 'at-once': [], slow: [], late: [], replies: [] }
  const shown: PhoneEntry[] = []
  const { echo, channel } = submit
  submit.messages.forEach((message, index) => {
    const outcome = sandboxOutcome(message.fate ?? message.to)
    const fate = message.fate?.slice(-4)
    const id =
      fate === undefined || outcome === DEFAULT_OUTCOME ? `${prefix}${index}` : `${prefix}${index}${FATE_MARK}${fate}`
    const error = outcome === DEFAULT_OUTCOME ? null : submitErrorOf(outcome, message.ref)
    // Reports follow a timed-out submit too, as from a carrier that took the message and lost the connection.
    const isTaken = error === null || error === 'timeout'
    if (isTaken) owe(owed, outcome, id, { ref: message.ref, echo, channel })
    const reply = error === null && outcome.reply !== undefined ? replyOf(outcome, id, message, echo) : null
    if (reply) owed.replies.push(reply)
    if (isTaken && message.content !== undefined)
      shown.push(...entriesOf(submit, { message, outcome, attempt: attemptNumberOf(message.ref), reply }))
    results.push(error === null ? { id } : error === 'busy' ? { error: 'busy', retryAfter: 1 } : { error })
  })
  return { results, owed, shown }
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

/** Estimates the bytes of a callback inside a job, where every quote of its body is escaped. */
const weight = ({ url, body }: Callback): number => utf8Length(body) + body.split('"').length + url.length + 40

/** Packs callbacks in order into jobs of at most 63,000 bytes (one that is longer alone gets a job of its own). */
function packJobs(callbacks: readonly Callback[]): SandboxJob[] {
  const jobs: SandboxJob[] = []
  let open: Callback[] = []
  let bytes = 0
  for (const callback of callbacks) {
    const more = weight(callback)
    if (open.length > 0 && bytes + more > SANDBOX_JOB_BYTES) {
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
  for (let from = 0; from < jobs.length; from += SMALL_JOBS) {
    const slice = jobs.slice(from, from + SMALL_JOBS)
    await queue.sendBatch(slice.map((body) => ({ body, ...(delayMs > 0 ? { delaySeconds: delayMs / 1000 } : {}) })))
  }
}

async function takeMessages(host: SandboxHost, submit: SandboxSubmit): Promise<Response> {
  const { results, owed, shown } = planSubmit(submit, `sbx_${randomDigits(12)}_`)
  if (results.every((result) => 'error' in result && result.error === 'reset')) throw new Error('connection reset')
  const at = host.now()
  for (const { url, body } of callbacksOf(owed.before, submit, at)) await host.deliver(callbackRequest(url, body))
  const atOnce = callbacksOf(owed['at-once'], submit, at)
  if (owed.replies.length > 0)
    atOnce.push({ url: submit.callbackUrl, body: inboundBody(at, owed.replies), round: owed['at-once'].length })
  // Shows them while the queue is called, so that a send waits for the longer of both.
  const seen = shown.length > 0 ? host.show?.(shown) : null
  await enqueue(host.queue, atOnce, 0)
  for (const when of ['slow', 'late'] as const) {
    const ms = AFTER_MS[when]
    await enqueue(host.queue, callbacksOf(owed[when], submit, at + ms), ms)
  }
  await seen
  if (submit.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, submit.latencyMs))
  return Response.json({ results } satisfies SandboxAnswer)
}

export const callbackRequest = (url: string, body: string): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

/** Number of an attempt that is not the first. */
const ANY_ATTEMPT = 2

function answerStatus(body: unknown, at: number): Response {
  const asked = sandboxQuery.safeParse(body)
  if (!asked.success) return new Response('bad request', { status: 400 })
  const { channel, messages } = asked.data
  const receipts = messages.flatMap(({ id, to }) => {
    const reports = reportsOf(sandboxOutcome(fateOf(id) ?? to), ANY_ATTEMPT, channel)
    const last = reports.find(({ suppress }) => suppress) ?? reports[0]
    return last && id.startsWith('sbx_') ? [{ id, ...last }] : []
  })
  return Response.json({ at, receipts })
}

/** Answers what was written to a line: one message in each minute, at most that of the present one. */
function answerInbox(body: unknown, at: number): Response {
  const asked = sandboxInboxQuery.safeParse(body)
  if (!asked.success) return new Response('bad request', { status: 400 })
  const { line, after } = asked.data
  const minute = Math.floor(at / MINUTE)
  const message = { id: `sbx_in_${minute}`, from: SANDBOX_WRITER, to: line, text: 'سلام' }
  return Response.json({ at, next: minute, inbound: after === minute ? [] : [message] } satisfies SandboxInboxAnswer)
}

/** Posts what somebody says who plays the person, and gives what the gateway answered. */
async function passOn({ deliver }: SandboxHost, asked: unknown): Promise<Response> {
  const said = sandboxSaid.safeParse(asked)
  if (!said.success) return new Response('bad request', { status: 400 })
  return deliver(callbackRequest(said.data.url, JSON.stringify(said.data.body)))
}

/**
 * Serves the sandbox carrier's HTTP API (docs/sandbox.md): `POST /v1/messages`, `POST /v1/status`, `POST /v1/inbox`, `POST
 * /v1/callbacks`, `GET /v1/health`, and the one file that people send back. The carrier keeps no memory: its answers depend on
 * the number and the attempt in the ref alone. A submit of nothing but 9907 numbers throws, as a reset connection does.
 */
export const sandboxCarrier =
  (host: SandboxHost) =>
  async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (request.method === 'GET' && pathname === '/v1/health') return Response.json({ ok: true })
    if (request.method === 'GET' && pathname === SANDBOX_FILE.path) return recording()
    if (request.method !== 'POST') return new Response('not found', { status: 404 })
    const body: unknown = await request.json().catch(() => undefined)
    if (pathname === '/v1/status') return answerStatus(body, host.now())
    if (pathname === '/v1/inbox') return answerInbox(body, host.now())
    if (pathname === '/v1/callbacks') return passOn(host, body)
    if (pathname !== '/v1/messages') return new Response('not found', { status: 404 })
    const submit = sandboxSubmit.safeParse(body)
    return submit.success ? takeMessages(host, submit.data) : new Response('bad request', { status: 400 })
  }
